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

/** A mark of which only the outline is drawn, on the surface of either theme. */
const hollow = (colours, colour, symbol, size) => ({ symbol, symbolSize: size, itemStyle: { color: colours.surface, borderColor: colour, borderWidth: 2 } });

const tone = (colours, name, fallback) => colours[name] ?? colours[fallback];

function lines(data, colours) {
  const widest = Math.max(...data.series.map((series) => [...series.name].reduce((sum, c) => sum + (c > "⺀" ? 12 : 6.5), 0)));
  const option = base(colours);
  return {
    ...option,
    // half of the last label reaches into the margin as well
    grid: { ...option.grid, right: Math.max(12, widest + 8 - Math.min(18, 3.2 * String(data.labels.at(-1) ?? "").length)) },
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

/** Figures where they were measured: days far apart are far apart, a null between them is a gap. A stale end is hollow. */
function times(data, colours) {
  const option = base(colours);
  const names = data.series.map((series) => (series.stale ? `${series.name} (${data.stale_word})` : series.name));
  return {
    ...option,
    grid: { ...option.grid, right: 20 },
    xAxis: {
      type: "time", min: data.from, max: data.to, axisLine: { lineStyle: { color: colours.line } }, splitLine: { show: false },
      axisLabel: { color: colours.ink3, hideOverlap: true, formatter: (moment) => day(new Date(moment)) },
    },
    yAxis: valueAxis(colours, { scale: true }),
    series: data.series.map((series, index) => {
      const colour = tone(colours, series.tone, index === 0 ? "accent" : "quiet");
      const last = series.values.length - 1;
      return {
        type: "line", name: names[index], connectNulls: false, symbolSize: 5, showAllSymbol: true,
        data: series.values.map((value, place) => (series.stale && place === last
          ? { value, ...hollow(colours, colour, "circle", 9) } : value)),
        symbol: series.values.length > 60 ? "none" : "circle",
        lineStyle: { color: colour, width: 2, type: series.dashed ? "dashed" : "solid" }, itemStyle: { color: colour },
      };
    }),
  };
}

/** Rungs of a ladder over time: a value holds until the next. `values: [[day, rung, cause, by hand], …]`; what was set by hand is hollow. */
function steps(data, colours) {
  const option = base(colours);
  const [series] = data.series;
  const colour = tone(colours, series.tone, "accent");
  const marks = series.values.map((value) => ({ value, ...(value[3] ? hollow(colours, colour, "diamond", 11) : {}) }));
  const last = series.values.at(-1);
  const told = ({ value }) => `${day(new Date(value[0]))} · ${echartsText(data.rungs[value[1]])}${value[2] ? `<br>${echartsText(value[2])}` : ""}`;
  return {
    ...option,
    grid: { ...option.grid, right: 20 },
    tooltip: { ...option.tooltip, formatter: ([first]) => told(first), extraCssText: `${option.tooltip.extraCssText};max-width:280px;white-space:normal` },
    xAxis: {
      type: "time", min: data.from, max: data.to, axisLine: { lineStyle: { color: colours.line } }, splitLine: { show: false },
      axisLabel: { color: colours.ink3, hideOverlap: true, formatter: (moment) => day(new Date(moment)) },
    },
    yAxis: valueAxis(colours, {
      min: 0, max: data.rungs.length - 1, interval: 1, splitNumber: undefined,
      axisLabel: { color: colours.ink3, formatter: (rung) => data.rungs[rung] ?? "" },
    }),
    series: [{
      type: "line", name: series.name, step: "end", symbol: "circle", symbolSize: 7, showAllSymbol: true,
      data: [...marks, ...(last && last[0] < data.to ? [{ value: [data.to, ...last.slice(1)], symbol: "none" }] : [])],
      lineStyle: { color: colour, width: 2 }, itemStyle: { color: colour },
    }],
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

/** Per line the middle half as a bar, lighter above the median, and a thin bar up to nine in ten. */
function boxes(data, colours) {
  const colourOf = (place) => tone(colours, data.tones?.[place], "tint");
  const part = (of, style, extra = {}) => ({
    type: "bar", stack: "box", barWidth: 14, cursor: "pointer",
    data: data.boxes.map((box, place) => ({ value: box[0] == null ? null : of(box), itemStyle: style(colourOf(place)) })), ...extra,
  });
  const words = ([low, middle, high, most]) => (low == null ? "–" : `${number(low)} · ${number(middle)} · ${number(high)} · ${number(most)} ${data.unit}`);
  return {
    ...base(colours),
    tooltip: { ...base(colours).tooltip, formatter: ([{ dataIndex }]) => `${echartsText(data.labels[dataIndex])}<br>${words(data.boxes[dataIndex])}` },
    xAxis: valueAxis(colours),
    yAxis: categoryAxis(data.labels, colours, { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink2 } }),
    series: [
      part(([low]) => low, () => ({ color: "transparent" }), { silent: true }),
      part(([low, middle]) => Math.max(middle - low, 0), (colour) => ({ color: colour, opacity: 0.75, borderColor: colours.surface, borderWidth: 1 })),
      part(([, middle, high]) => Math.max(high - middle, 0), (colour) => ({ color: colour, borderColor: colours.surface, borderWidth: 1 })),
      part(([, , high, most]) => Math.max(most - high, 0), (colour) => ({ color: colour, opacity: 0.25 })),
    ],
  };
}

/** Tooltips are HTML: names of people are escaped. */
const echartsText = (words) => Object.assign(document.createElement("span"), { textContent: words ?? "" }).innerHTML;

export function optionOf(data, colours) {
  return { line: lines, bar: bars, time: times, steps, scatter, box: boxes }[data.kind](data, colours);
}
