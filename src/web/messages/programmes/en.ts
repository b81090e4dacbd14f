/** Sentences of programmes that are found by their titles, fetched when one types. */
export const en = {
  heading: 'Programmes found',
  found: (count: number): string =>
    count === 1 ? '1 programme found' : `${count} programmes found`,
  failed: 'Programmes could not be asked for.',
  airings: (count: number): string => (count === 1 ? '1 airing' : `${count} airings`),
  more: 'Show more programmes',
  all: (count: number): string => `Show ${count}`,
  again: 'It failed; try again',
}

export type ProgrammeMessages = typeof en
