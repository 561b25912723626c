/** Draws every [data-chart] from its json_script; redraws on a change of theme; hands out PNG. Formats: docs/frontend.md. */
import * as echarts from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { optionOf } from "./chart_options.js";
import { palette } from "./palette.js";

echarts.use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent, SVGRenderer, CanvasRenderer]);

const charts = new Map();
const readData = (place) => JSON.parse(document.getElementById(place.dataset.chart).textContent);

function draw(place) {
  const known = charts.get(place);
  const chart = known ?? echarts.init(place, null, { renderer: "svg" });
  const data = readData(place);
  chart.setOption(optionOf(data, palette()), true);
  if (known) return;
  charts.set(place, chart);
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const series = data.series[seriesIndex];
    const url = series?.values?.[dataIndex]?.[3] ?? series?.urls?.[dataIndex] ?? data.urls?.[dataIndex] ?? series?.url;
    if (url) location.assign(url);
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

function drawAll(part = document) {
  part.querySelectorAll?.("[data-chart]").forEach(draw);
  for (const [place, chart] of charts) {
    if (!place.isConnected) { chart.dispose(); charts.delete(place); }
  }
}

const HEAD = 56;

/** What a picture says above the chart: its title and what it shows. */
function headed(option, data, colours) {
  if (!data.title) return option;
  const font = getComputedStyle(document.body).fontFamily;
  return {
    ...option,
    title: {
      text: data.title, subtext: data.finding ?? "", left: 12, top: 8, itemGap: 4,
      textStyle: { color: colours.ink, fontSize: 15, fontFamily: font }, subtextStyle: { color: colours.ink2, fontSize: 12, fontFamily: font },
    },
    legend: data.series?.length > 1 ? { bottom: 8, left: 12, itemWidth: 10, itemHeight: 10, textStyle: { color: colours.ink2, fontFamily: font } } : undefined,
    grid: { ...option.grid, left: 12, right: 20, top: HEAD + 8, bottom: data.series?.length > 1 ? 36 : 10 },
  };
}

/** A picture at twice the size, on the surface's colour, drawn on a canvas beside the page; bars of words are drawn for it. */
function savePicture(id) {
  const place = document.querySelector(`[data-chart="${CSS.escape(id)}-data"]`);
  const data = JSON.parse(document.getElementById(`${id}-data`).textContent);
  const canvas = document.createElement("canvas");
  const width = Math.max(place?.clientWidth ?? 0, 520);
  const lines = place ? 0 : data.labels.length * 30 + 64;
  const height = Math.max(place?.clientHeight ?? 0, lines, 160) + (data.title ? HEAD : 0);
  const chart = echarts.init(canvas, null, { renderer: "canvas", devicePixelRatio: 2, width, height });
  chart.setOption({ ...headed(optionOf(data, palette()), data, palette()), backgroundColor: palette().surface });
  canvas.toBlob((blob) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${id}.png` });
    link.click();
    URL.revokeObjectURL(link.href);
    chart.dispose();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-png]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  savePicture(button.dataset.chartPng);
});
document.addEventListener("themechange", () => charts.forEach((_chart, place) => draw(place)));
document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
drawAll();
