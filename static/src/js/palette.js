/** The tokens in hex: ECharts reads neither light-dark() nor oklch. Keep in step with tokens.css. */

const LIGHT = {
  ink: "#1a1f27", ink2: "#4b5462", ink3: "#626c7a", line: "#e4e7eb", surface: "#ffffff", track: "#e2e6eb",
  accent: "#3a50c8", tint: "#6f83dc", quiet: "#868f9c", bad: "#d33a2f", warn: "#c77c02", ok: "#1a9562",
  introduction: "#838eb0", initial: "#6f83dc", mid_term: "#3a50c8", late: "#1f2c78", departed: "#868f9c",
  thriving: "#1a9562", loyal: "#0b8793", drifting: "#c77c02", fading: "#868f9c",
};

const DARK = {
  ink: "#e7eaee", ink2: "#b3bac5", ink3: "#929ba8", line: "#2a2f37", surface: "#16191e", track: "#2f353e",
  accent: "#a3b3ff", tint: "#5f76e6", quiet: "#6a7380", bad: "#f4695e", warn: "#eda42b", ok: "#36bf88",
  introduction: "#6f7a99", initial: "#5f76e6", mid_term: "#a3b3ff", late: "#dde3ff", departed: "#6a7380",
  thriving: "#36bf88", loyal: "#3fb6c1", drifting: "#eda42b", fading: "#6a7380",
};

export function palette() {
  const chosen = document.documentElement.dataset.bsTheme;
  const isDark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  return isDark ? DARK : LIGHT;
}

export const isNight = () => palette() === DARK;
