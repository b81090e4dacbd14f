/** Sentences of the list of keys, fetched with it. */
export const en = {
  heading: 'Keyboard',
  on: 'Single keys do things',
  onWhat: 'Switch this off if you speak to your computer, or press keys by accident.',
  close: 'Close',
  keys: { ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' } as Readonly<Record<string, string>>,
}

export type ShortcutMessages = typeof en
