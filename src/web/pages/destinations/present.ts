import type { DestinationSettings } from '../../../protocol/alerts.ts'

/** Where it is, in a line. */
export function placeOf(settings: DestinationSettings): string {
  switch (settings.kind) {
    case 'email':
      return settings.address
    case 'ntfy':
      return `${new URL(settings.server).host}/${settings.topic}`
    case 'push':
      return new URL(settings.endpoint).host
    case 'webhook':
    case 'chat':
      // The path of a chat's address is its password.
      return settings.kind === 'chat' ? new URL(settings.url).host : settings.url
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** On the reader's own clock: it is their letter that comes or does not. */
export function formatWhen(at: string, locale: string): string {
  const known = formats.get(locale)
  const format =
    known ?? new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  if (known === undefined) formats.set(locale, format)
  return format.format(new Date(at))
}
