/** What one setting may be. One table of them serves what is kept, addresses, forms and documents. */
export type Setting =
  ChoiceSetting<string> | AmountSetting | ColorSetting | SwitchSetting | ListSetting<string>

export interface ChoiceSetting<T extends string> {
  readonly kind: 'choice'
  readonly values: readonly T[]
  readonly usual: T
}

/** A whole number; what is beyond its limits is taken to them. */
export interface AmountSetting {
  readonly kind: 'amount'
  readonly least: number
  readonly most: number
  readonly step: number
  readonly usual: number
}

/** `#rrggbb`; null = what the page has there by itself. */
export interface ColorSetting {
  readonly kind: 'color'
  readonly usual: string | null
}

export interface SwitchSetting {
  readonly kind: 'switch'
  readonly usual: boolean
}

/** Several values, each once, in the order given; `values` null = any word of the pattern. */
export interface ListSetting<T extends string> {
  readonly kind: 'list'
  readonly values: readonly T[] | null
  readonly most: number
  readonly usual: readonly T[]
}

export type Settings = Readonly<Record<string, Setting>>

export type ValueOf<S extends Setting> =
  S extends ChoiceSetting<infer T>
    ? T
    : S extends AmountSetting
      ? number
      : S extends ColorSetting
        ? string | null
        : S extends SwitchSetting
          ? boolean
          : S extends ListSetting<infer T>
            ? readonly T[]
            : never

export type ValuesOf<S extends Settings> = { readonly [K in keyof S]: ValueOf<S[K]> }

/** The colours that television sets must offer. */
export const namedColors: Readonly<Record<string, string>> = {
  white: '#ffffff',
  black: '#000000',
  red: '#ff0000',
  green: '#00ff00',
  blue: '#0000ff',
  yellow: '#ffff00',
  magenta: '#ff00ff',
  cyan: '#00ffff',
}

/** The word that stands for `null`, and for an empty list, in an address. */
const none = 'none'
/** A word of a list whose words are not ours: a track's name. */
const freeWord = /^[A-Za-z0-9-]{1,32}$/

export function usualOf<S extends Settings>(settings: S): ValuesOf<S> {
  return collect(settings, (_name, { usual }) => usual)
}

/**
 * Reads settings from outside: kept text that somebody may have changed, or an address that anybody may write.
 * What cannot be read is as in `base`, and nothing else is taken over.
 */
export function readSettings<S extends Settings>(
  settings: S,
  raw: (name: string) => unknown,
  base: ValuesOf<S>,
): ValuesOf<S> {
  return collect(settings, (name, setting) => {
    const value = readValue(setting, raw(name))
    return value === undefined ? base[name] : value
  })
}

/** Settings as an address has them, under their names in kebab case. */
export function readAddress<S extends Settings>(
  settings: S,
  search: URLSearchParams,
  base: ValuesOf<S>,
): ValuesOf<S> {
  return readSettings(settings, (name) => search.get(addressName(name)) ?? undefined, base)
}

/** Only what differs from `base`, so that an address says no more than it must. */
export function writeAddress<S extends Settings>(
  settings: S,
  values: ValuesOf<S>,
  base: ValuesOf<S>,
): [string, string][] {
  return Object.keys(settings)
    .filter((name) => writeValue(values[name]) !== writeValue(base[name]))
    .map((name) => [addressName(name), writeValue(values[name])])
}

/** `backgroundOpacity` is `background-opacity` in an address. */
export function addressName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

export function writeValue(value: ValueOf<Setting> | undefined): string {
  if (value === null || value === undefined) return none
  if (typeof value === 'object') return value.length === 0 ? none : value.join()
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value).replace(/^#/, '')
}

function collect<S extends Settings>(
  settings: S,
  valueOf: (name: string, setting: Setting) => unknown,
): ValuesOf<S> {
  // Each value is of its setting's kind; TypeScript cannot follow that through the loop.
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, valueOf(name, setting)]),
  ) as ValuesOf<S>
}

function readValue(setting: Setting, raw: unknown): unknown {
  switch (setting.kind) {
    case 'choice':
      return setting.values.find((value) => value === raw)
    case 'amount':
      return readAmount(setting, raw)
    case 'color':
      return readColor(raw)
    case 'switch':
      return readSwitch(raw)
    case 'list':
      return readList(setting, raw)
  }
}

function readAmount({ least, most }: AmountSetting, raw: unknown): number | undefined {
  const isText = typeof raw === 'string' && /^-?\d{1,9}(?:\.\d{1,9})?$/.test(raw)
  const amount = isText || typeof raw === 'number' ? Number(raw) : Number.NaN
  return Number.isNaN(amount) ? undefined : Math.min(most, Math.max(least, Math.round(amount)))
}

/** `#rrggbb`, `#rgb`, either without `#`, or one of the eight names. */
function readColor(raw: unknown): string | null | undefined {
  if (raw === null || raw === none) return null
  if (typeof raw !== 'string') return undefined
  const text = raw.toLowerCase()
  if (Object.hasOwn(namedColors, text)) return namedColors[text]
  const digits = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/.exec(text)?.[1]
  if (digits === undefined) return undefined
  return `#${digits.length === 6 ? digits : digits.replaceAll(/./g, '$&$&')}`
}

function readSwitch(raw: unknown): boolean | undefined {
  if (raw === true || raw === 'yes' || raw === '1' || raw === 'true') return true
  if (raw === false || raw === 'no' || raw === '0' || raw === 'false') return false
  return undefined
}

function readList(
  { values, most }: ListSetting<string>,
  raw: unknown,
): readonly string[] | undefined {
  if (typeof raw !== 'string') return undefined
  if (raw === none) return []
  const words = [...new Set(raw.slice(0, 1000).split(','))]
  const read = words.filter((word) =>
    values === null ? freeWord.test(word) : values.includes(word),
  )
  return read.length === 0 ? undefined : read.slice(0, most)
}
