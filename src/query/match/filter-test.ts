import type { Cue } from '../../protocol/api.ts'
import { LocalClock } from './local-clock.ts'
import { Plan } from './plan.ts'
import { phraseStarts } from './evaluate.ts'
import type { Filter, Phrase } from '../language/query.ts'
import { tokenize } from '../text/tokenize.ts'

/** What filters need to know of a cue's channel. */
export interface ChannelFacts {
  readonly id: string
  readonly network: string | null
  /** IANA */
  readonly timeZone: string
}

export interface CueFacts {
  readonly channel: ChannelFacts
  /** The title of the airing on at the cue's start, or null. */
  readonly showOf: (cue: Cue) => string | null
}

export type CueTest = (cue: Cue) => boolean

/** The filter for the cues of one channel. */
export function createTest(filter: Filter, facts: CueFacts): CueTest {
  const { channel } = facts
  switch (filter.kind) {
    case 'channel':
      return always(filter.id === channel.id)
    case 'network':
      return always(
        channel.network !== null && tokenize(channel.network).terms.join(' ') === filter.name,
      )
    case 'show':
      return createShowTest(filter.title, facts.showOf)
    case 'lang':
      return ({ language }) => isLanguage(language, filter.language)
    case 'track':
      return ({ track }) => track.toLowerCase() === filter.track
    case 'from':
      return ({ start }) => start >= filter.at
    case 'to':
      return ({ start }) => start < filter.at
    case 'hour': {
      const clock = new LocalClock(channel.timeZone)
      return ({ start }) => isBetween(filter, clock.at(Date.parse(start)).hour)
    }
    case 'day': {
      const clock = new LocalClock(channel.timeZone)
      return ({ start }) => isBetween(filter, clock.at(Date.parse(start)).day)
    }
    case 'not': {
      const test = createTest(filter.of, facts)
      return (cue) => !test(cue)
    }
    case 'any':
    case 'every': {
      const tests = filter.of.map((one) => createTest(one, facts))
      return filter.kind === 'any'
        ? (cue) => tests.some((test) => test(cue))
        : (cue) => tests.every((test) => test(cue))
    }
  }
}

function always(answer: boolean): CueTest {
  return () => answer
}

/** `es` is also `es-MX`; a cue of unknown language is in none. */
function isLanguage(language: string | null, wanted: string): boolean {
  if (language === null) return false
  const tag = language.toLowerCase()
  return tag === wanted || tag.startsWith(`${wanted}-`)
}

function isBetween({ first, last }: { first: number; last: number }, value: number): boolean {
  return first <= last ? first <= value && value <= last : first <= value || value <= last
}

function createShowTest(phrase: Phrase, showOf: CueFacts['showOf']): CueTest {
  const plan = new Plan(phrase)
  const words = plan.phrases[0]?.words ?? []
  let known: string | null = null
  let answer = false
  return (cue) => {
    const title = showOf(cue)
    if (title === null) return false
    if (title !== known) {
      known = title
      const positions = Array.from({ length: plan.words }, (): number[] => [])
      tokenize(title).terms.forEach((term, at) => {
        for (const word of plan.find(term)) positions[word]?.push(at)
      })
      answer = phraseStarts(words, positions).length > 0
    }
    return answer
  }
}
