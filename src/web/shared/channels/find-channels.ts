import type { Channel } from '../../../protocol/api.ts'
import { nameOfCountry, nameOfLanguage } from './names.ts'

/** Every word typed must be in the name, network, programme, country or languages, as code or as word. */
export function findChannels(
  channels: readonly Channel[],
  query: string,
  locale: string,
): readonly Channel[] {
  const words = plain(query)
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return channels
  return channels.filter((channel) => {
    const { id, name, network, country, tags, now } = channel
    const languages = [...channel.languages, ...channel.tracks.flatMap((one) => one.language ?? [])]
    const said = [id, name, network, country, ...tags, ...languages, now?.title]
    if (country !== null) said.push(nameOfCountry(country, locale))
    for (const language of languages) said.push(nameOfLanguage(language, locale))
    const text = plain(said.filter((part) => part != null).join(' '))
    return words.every((word) => text.includes(word))
  })
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}
