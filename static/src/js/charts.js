/** Draws every [data-chart] from its json_script; redraws on a change of theme; hands out PNG. Formats: docs/frontend.md. */
import * as echarts from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { optionOf } from "./chart_options.js";
import { palette } from "./palette.js";

echarts.use([BarChart, LineChart, ScatterChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer, CanvasRenderer]);

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

/** A picture at twice the size, on the surface's colour, drawn on a canvas beside the page. */
function savePicture(id) {
  const place = document.querySelector(`[data-chart="${CSS.escape(id)}-data"]`);
  const canvas = document.createElement("canvas");
  const chart = echarts.init(canvas, null, { renderer: "canvas", devicePixelRatio: 2, width: place.clientWidth, height: place.clientHeight });
  chart.setOption({ ...optionOf(readData(place), palette()), backgroundColor: palette().surface });
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
