/** Sentences of the Quality page, fetched with it. */
export const en = {
  title: 'Quality',
  heading: 'How well channels are recorded',
  lead: 'How much of the time each was heard, how much was said, and where nothing was recorded. The worst is first.',
  window: 'Time',
  windows: { day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 31 days' },
  zone: 'Hours and days are those of UTC.',
  loading: 'Counting what was recorded…',
  failed: 'The figures could not be loaded.',
  again: 'Try again',
  empty: 'There are no channels yet.',
  uptime: 'heard',
  uptimeWhat:
    'Heard: the part of the time, since the channel was first recorded in it, that a tuner was listening and captions could come.',
  wpm: 'words a minute',
  wpmWhat: 'Words a minute: of the time that was heard. Talk has 120 to 180; films and music less.',
  missed: 'missed',
  nothing: 'Nothing was recorded in this time.',
  none: '–',
  heardChart: (name: string): string => `${name}: part of the time that was heard`,
  wordsChart: (name: string): string => `${name}: words a minute`,
  most: (words: number): string => `at most ${words}`,
  gapsShort: 'Gaps',
  gapsNone: 'There are no gaps in this time.',
  gapsMore: (count: number): string => `The newest ${count} are shown.`,
  gapsFailed: 'The gaps could not be loaded.',
  open: 'still open',
  table: 'As a table',
  tableOf: (name: string): string => `${name}: figures`,
  columns: {
    from: 'From',
    heard: 'Heard',
    words: 'Words',
    wpm: 'Words a minute',
    missed: 'Missed',
  },
  duration: (seconds: number): string =>
    seconds < 90
      ? `${Math.round(seconds)} s`
      : seconds < 5400
        ? `${Math.round(seconds / 60)} min`
        : `${(seconds / 3600).toFixed(1)} h`,
}

export type QualityMessages = typeof en
