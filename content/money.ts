import type { Currency, Locale } from './schema.ts'

// English as it is written in Europe: day before month.
export const TAGS = { en: 'en-GB', da: 'da-DK' } as const satisfies Record<Locale, string>

type Decimals = 'always' | 'when-needed'

/** How many digits the minor unit of a currency has (ISO 4217): 2 for DKK, none for JPY, 3 for KWD. */
export function minorDigits(currency: Currency): number {
  return formatter(currency, 'en', 'always').resolvedOptions().maximumFractionDigits ?? 2
}

/**
 * An amount in minor units as people write it, the same on pages, in mails and on paper. `when-needed` leaves the decimals of
 * whole amounts out. Exact to the last unit: the number is handed over as digits, never as a fraction.
 */
export function formatMoney(minor: number, currency: Currency, locale: Locale, decimals: Decimals = 'always'): string {
  const digits = minorDigits(currency)
  const isWhole = minor % 10 ** digits === 0
  const shown = decimals === 'when-needed' && isWhole ? 'when-needed' : 'always'
  return formatter(currency, locale, shown).format(asDecimal(minor, digits))
}

/** The digits of an amount in major units: 123456 in DKK is "1234.56". */
export function asDecimal(minor: number, digits: number): `${number}` {
  const unsigned = String(Math.abs(minor)).padStart(digits + 1, '0')
  const [whole, fraction] = digits ? [unsigned.slice(0, -digits), unsigned.slice(-digits)] : [unsigned, '']
  return `${minor < 0 ? '-' : ''}${whole}${fraction && `.${fraction}`}` as `${number}` // digits and at most one point
}

// Making one costs more than using it a hundred times.
const formatters = new Map<string, Intl.NumberFormat>()

function formatter(currency: Currency, locale: Locale, decimals: Decimals): Intl.NumberFormat {
  const key = `${currency} ${locale} ${decimals}`
  const made = formatters.get(key)
  if (made) return made
  const whole = decimals === 'when-needed' && { minimumFractionDigits: 0 }
  const format = new Intl.NumberFormat(TAGS[locale], { style: 'currency', currency, ...whole })
  formatters.set(key, format)
  return format
}
