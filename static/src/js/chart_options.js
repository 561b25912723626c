/** From our chart data to ECharts options. Pure: data and colours in, option out. */

const LANGUAGE = document.documentElement.lang || "en";
const compact = new Intl.NumberFormat(LANGUAGE, { notation: "compact", maximumFractionDigits: 1 });
const plain = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const month = new Intl.DateTimeFormat(LANGUAGE, { month: "short", timeZone: "UTC" });
// As the server's day filter: 3 Nov, 11月3日.
const day = (date) => (LANGUAGE.startsWith("zh") ? `${month.format(date)}${date.getUTCDate()}日` : `${date.getUTCDate()} ${month.format(date)}`);

const number = (value) => (Math.abs(value) >= 1000 ? compact : plain).format(value);

/** 2026-11-23 becomes a day, 2026-11 a month, everything else stays as it is. */
function labelled(label) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(label)) return day(new Date(label));
  if (/^\d{4}-\d{2}$/.test(label)) return month.format(new Date(`${label}-01`));
  return String(label);
}

function base(colours) {
  const words = { color: colours.ink2, fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
  return {
    animation: false,
    textStyle: words,
    grid: { left: 4, right: 12, top: 12, bottom: 2, containLabel: true },
    tooltip: {
      trigger: "axis", confine: true, backgroundColor: colours.surface, borderColor: colours.line,
      textStyle: { ...words, color: colours.ink }, extraCssText: "border-radius:6px;padding:6px 10px",
      valueFormatter: (value) => (value == null ? "–" : number(Math.abs(value))),
    },
  };
}

const valueAxis = (colours, extra = {}) => ({
  type: "value", splitNumber: 3, axisLabel: { color: colours.ink3, formatter: number },
  splitLine: { lineStyle: { color: colours.line } }, ...extra,
});

const categoryAxis = (labels, colours, extra = {}) => ({
  type: "category", data: labels.map(labelled), axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
  axisLabel: { color: colours.ink3, hideOverlap: true }, ...extra,
});

const tone = (colours, name, fallback) => colours[name] ?? colours[fallback];

function lines(data, colours) {
  const widest = Math.max(...data.series.map((series) => [...series.name].reduce((sum, c) => sum + (c > "⺀" ? 12 : 6.5), 0)));
  const option = base(colours);
  return {
    ...option,
    grid: { ...option.grid, right: Math.max(12, widest - 10) },
    xAxis: categoryAxis(data.labels, colours, { boundaryGap: false }),
    yAxis: valueAxis(colours),
    series: data.series.map((series, index) => {
      const colour = tone(colours, series.tone, index === 0 ? "accent" : "quiet");
      return {
        type: "line", name: series.name, data: series.values, symbol: "none", connectNulls: false, triggerLineEvent: true,
        lineStyle: { color: colour, width: 2, type: series.dashed ? "dashed" : "solid" }, itemStyle: { color: colour },
        endLabel: { show: true, formatter: series.name, color: series.dashed ? colours.ink2 : colour, fontWeight: series.dashed ? 400 : 600, distance: 6 },
        labelLayout: { moveOverlap: "shiftY" },
      };
    }),
  };
}

function bars(data, colours) {
  const category = categoryAxis(data.labels, colours, data.horizontal ? { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink2 } } : {});
  const value = valueAxis(colours);
  return {
    ...base(colours),
    xAxis: data.horizontal ? value : category,
    yAxis: data.horizontal ? category : value,
    series: data.series.map((series, index) => ({
      type: "bar", name: series.name, data: series.values, stack: data.stack ? "all" : undefined, barMaxWidth: 22,
      cursor: series.urls || series.url || data.urls ? "pointer" : "default",
      itemStyle: { color: tone(colours, series.tone, index === 0 ? "accent" : "quiet"), borderColor: colours.surface, borderWidth: data.stack ? 0.5 : 0 },
      label: series.labelled ? { show: true, position: data.horizontal ? "right" : "top", color: colours.ink, formatter: ({ value: figure }) => number(figure) } : undefined,
    })),
  };
}

function scatter(data, colours) {
  const cross = data.cross && {
    silent: true, symbol: "none", lineStyle: { color: colours.ink3, type: "dashed" }, label: { show: false },
    data: [{ xAxis: data.cross[0] }, { yAxis: data.cross[1] }],
  };
  const named = { nameLocation: "middle", nameGap: 24, nameTextStyle: { color: colours.ink3 } };
  return {
    ...base(colours),
    tooltip: { ...base(colours).tooltip, trigger: "item", formatter: ({ value }) => echartsText(value[2]) },
    xAxis: valueAxis(colours, { ...named, name: data.x_name ?? "" }),
    yAxis: valueAxis(colours, { ...named, name: data.y_name ?? "" }),
    series: data.series.map((series, index) => ({
      type: "scatter", name: series.name, data: series.values, symbolSize: 6,
      itemStyle: { color: tone(colours, series.tone, "accent"), opacity: 0.6 }, markLine: index === 0 ? cross : undefined,
    })),
  };
}

/** Tooltips are HTML: names of people are escaped. */
const echartsText = (words) => Object.assign(document.createElement("span"), { textContent: words ?? "" }).innerHTML;

export function optionOf(data, colours) {
  return { line: lines, bar: bars, scatter }[data.kind](data, colours);
}
