import { Kept, useKept } from './kept.ts'

/** One of a few words. */
export class Choice<T extends string> extends Kept<T> {
  readonly values: readonly T[]

  constructor(key: string, values: readonly T[], usual: T) {
    super(
      key,
      (text) => values.find((value) => value === text) ?? usual,
      (value) => value,
    )
    this.values = values
  }
}

/** public/first.js applies it before anything is drawn; its name is repeated there. */
export const theme = new Choice('ccr.theme', ['system', 'light', 'dark', 'contrast'], 'system')
/** Whose clock times are shown by. */
export const clock = new Choice('ccr.clock', ['channel', 'own'], 'channel')

/** How lines of a transcript stand: each for itself, or flowing, which is what narrow windows are for. */
export const lineFlow = new Choice(
  'ccr.lines',
  ['rows', 'paragraphs'],
  globalThis.matchMedia('(max-width: 640px)').matches ? 'paragraphs' : 'rows',
)
export const letterCase = new Choice('ccr.case', ['sent', 'sentence'], 'sent')

theme.onChange(() => {
  const { dataset } = document.documentElement
  if (theme.get() === 'system') delete dataset['theme']
  else dataset['theme'] = theme.get()
})

export const ownZone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** The zone in which a channel's times are shown. */
export function useZone(channelZone: string): string {
  return useKept(clock) === 'own' ? ownZone : channelZone
}
