/** The colours that follow from the company's (or a widget site's) one accent, as custom properties. */
export type AccentColours = Record<
  '--accent-base' | '--accent' | '--on-accent' | '--accent-ink' | '--accent-hue' | '--neutral-chroma',
  string
>

type Oklch = { lightness: number; chroma: number; hue: number }

// The surfaces of tokens.css that are hardest to read on: the darkest light one, the lightest dark one.
const LIGHT_SURFACE: Oklch = { lightness: 0.935, chroma: 0, hue: 0 }
const DARK_SURFACE: Oklch = { lightness: 0.3, chroma: 0, hue: 0 }
// The lightest dark one a button stands on. White on a fill and the fill on its surface cannot both be seen on a lighter one.
const DARK_PANEL: Oklch = { lightness: 0.26, chroma: 0, hue: 0 }
const WHITE: Oklch = { lightness: 1, chroma: 0, hue: 0 }
const INK: Oklch = { lightness: 0.2, chroma: 0, hue: 0 }

// A little more than 4.5 and 3: a screen rounds each channel to one of 256.
const TEXT_CONTRAST = 4.6
const CONTROL_CONTRAST = 3.1

/** Keeps the hue and moves only the lightness, until 4.5:1 holds for text and 3:1 for controls, in light and dark, whatever the accent. */
export function accentColours(hex: string): AccentColours {
  const base = oklchOf(hex)
  const light = fill(base, LIGHT_SURFACE, -1)
  const dark = fill(base, DARK_PANEL, 1)
  return {
    '--accent-base': hex,
    '--accent': lightDark(light.fill, dark.fill),
    '--on-accent': lightDark(light.on, dark.on),
    '--accent-ink': lightDark(until(base, LIGHT_SURFACE, TEXT_CONTRAST, -1), until(base, DARK_SURFACE, TEXT_CONTRAST, 1)),
    '--accent-hue': base.hue.toFixed(1),
    // A grey accent has no hue worth tinting the greys with.
    '--neutral-chroma': Math.min(0.008, base.chroma / 8).toFixed(4),
  }
}

/** The whole stylesheet for `:root`, or for the element a widget lives in. */
export function accentStylesheet(hex: string, selector = ':root'): string {
  const lines = Object.entries(accentColours(hex)).map(([name, value]) => `  ${name}: ${value};`)
  return `${selector} {\n${lines.join('\n')}\n}\n`
}

/** Contrast of two colours as WCAG defines it, 1 to 21. */
export function contrast(one: Oklch, other: Oklch): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

export function oklchOf(hex: string): Oklch {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255))
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, b),
    hue: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360,
  }
}

/** A colour to fill a button with, and the text on it. White is the habit; only a bright accent, such as yellow, asks for ink. */
function fill(base: Oklch, surface: Oklch, step: 1 | -1): { fill: Oklch; on: Oklch } {
  const visible = until(base, surface, CONTROL_CONTRAST, step)
  const isBright = contrast(visible, WHITE) < contrast(visible, INK) && (step === 1 || contrast(base, WHITE) < CONTROL_CONTRAST)
  return isBright ? { fill: until(visible, INK, TEXT_CONTRAST, 1), on: INK } : { fill: until(visible, WHITE, TEXT_CONTRAST, -1), on: WHITE }
}

function until(colour: Oklch, background: Oklch, ratio: number, step: 1 | -1): Oklch {
  let moved = inGamut(colour)
  const end = step === 1 ? 1 : 0
  while (contrast(moved, background) < ratio && moved.lightness !== end)
    moved = inGamut({ ...colour, lightness: Math.min(1, Math.max(0, moved.lightness + step * 0.005)) })
  return moved
}

/** A screen that cannot show a colour picks its own lightness for it, and with that its own contrast. */
function inGamut(colour: Oklch): Oklch {
  let chroma = colour.chroma
  while (chroma > 0 && linearRgb({ ...colour, chroma }).some((channel) => channel < -0.0005 || channel > 1.0005)) chroma -= 0.002
  return { ...colour, chroma: Math.max(0, chroma) }
}

function luminance(colour: Oklch): number {
  const [red = 0, green = 0, blue = 0] = linearRgb(colour).map((channel) => Math.min(1, Math.max(0, channel)))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function linearRgb({ lightness, chroma, hue }: Oklch): number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}

function lightDark(light: Oklch, dark: Oklch): string {
  return `light-dark(${css(light)}, ${css(dark)})`
}

function css({ lightness, chroma, hue }: Oklch): string {
  return `oklch(${(lightness * 100).toFixed(1)}% ${chroma.toFixed(3)} ${hue.toFixed(1)})`
}
