import type { ChannelTrack } from '../../../protocol/api.ts'

/** `Español (CC3)`, in the reader's language; the track alone where no language is known. */
export function nameOfTrack({ track, language }: ChannelTrack, locale: string): string {
  const name = language === null ? undefined : nameOfLanguage(language, locale)
  return name === undefined ? track : `${name} (${track})`
}

/** Where space is short: the language alone, when that tells the tracks apart. */
export function shortNameOfTrack(
  one: ChannelTrack,
  tracks: readonly ChannelTrack[],
  locale: string,
): string {
  const isAlone = tracks.every(
    ({ track, language }) => track === one.track || language !== one.language,
  )
  const name = one.language === null ? undefined : nameOfLanguage(one.language, locale)
  return isAlone && name !== undefined ? name : one.track
}

export function nameOfLanguage(tag: string, locale: string): string | undefined {
  return displayName('language', tag, locale)
}

export function nameOfCountry(code: string, locale: string): string | undefined {
  return displayName('region', code, locale)
}

function displayName(
  type: 'language' | 'region',
  code: string,
  locale: string,
): string | undefined {
  try {
    return new Intl.DisplayNames(locale, { type }).of(code)
  } catch {
    // An unknown code is shown as it is by the caller.
    return undefined
  }
}
