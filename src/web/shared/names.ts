import type { ChannelTrack } from '../../protocol/api.ts'
import type { Locale } from '../messages/catalogue.tsx'

/** `Español (CC3)`, in the reader's language; the track alone where no language is known. */
export function nameOfTrack({ track, language }: ChannelTrack, locale: Locale): string {
  const name = language === null ? undefined : nameOfLanguage(language, locale)
  return name === undefined ? track : `${name} (${track})`
}

export function nameOfLanguage(tag: string, locale: Locale): string | undefined {
  return displayName('language', tag, locale)
}

export function nameOfCountry(code: string, locale: Locale): string | undefined {
  return displayName('region', code, locale)
}

function displayName(
  type: 'language' | 'region',
  code: string,
  locale: Locale,
): string | undefined {
  try {
    return new Intl.DisplayNames(locale, { type }).of(code)
  } catch {
    // An unknown code is shown as it is by the caller.
    return undefined
  }
}
