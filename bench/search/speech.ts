import type { Airing, Cue } from '../../src/protocol/api.ts'
import { randomOf, type Random, type Vocabulary } from './vocabulary.ts'

/** What twelve channels say, hour by hour, 150 words a minute in cues of about seven. */

/** Another number for another text: made data of an older one are made anew. */
export const generatorVersion = 1
export const channelCount = 12
/** In the middle of a month, so that there are two. */
export const firstHourMs = Date.UTC(2026, 0, 17)
export const hourMs = 3_600_000
export const epoch = 'benchsearch0'
const msPerWord = 400
const airingMs = hourMs / 2

export const channelName = (n: number): string => `speech-${n}`

/** How many hours each channel has, for so many in all. */
export const hoursEach = (hours: number): number => Math.max(1, Math.round(hours / channelCount))

/** The cues of a channel that begin in one hour. */
export function cuesOf(vocabulary: Vocabulary, channel: number, hour: number): Cue[] {
  const random = randomOf(channel * 1_000_003 + hour * 97 + generatorVersion)
  const cues: Cue[] = []
  const endMs = firstHourMs + (hour + 1) * hourMs
  let startMs = firstHourMs + hour * hourMs + Math.floor(random() * 1000)
  let topic: readonly string[] = []
  let half = -1
  while (startMs < endMs) {
    const now = Math.floor((startMs - firstHourMs) / airingMs)
    if (now !== half) topic = topicOf(vocabulary, random)
    half = now
    const words = sentence(vocabulary, topic, 5 + Math.floor(random() * 5), random)
    const untilMs = startMs + words.length * msPerWord
    const n = hour * 10_000 + cues.length + 1
    cues.push({
      ...{ channel: channelName(channel), run: 'r1', track: 'CC1', mode: 'roll-up', id: n },
      ...{ language: 'en', airing: `a${now}`, position: { epoch, seq: n + 1 } },
      text: spoken(words, random),
      start: new Date(startMs).toISOString(),
      end: new Date(untilMs).toISOString(),
    })
    startMs = untilMs
  }
  return cues
}

export function airingsOf(vocabulary: Vocabulary, channel: number, hour: number): Airing[] {
  return [0, 1].map((half) => {
    const n = hour * 2 + half
    const startMs = firstHourMs + n * airingMs
    return {
      ...{ channel: channelName(channel), run: 'r1', id: `a${n}`, source: 'bench' },
      ...{ description: null, category: null, rating: null },
      title: `The ${vocabulary.words[300 + ((n * 7 + channel) % 48)] ?? ''} hour`,
      start: new Date(startMs).toISOString(),
      end: new Date(startMs + airingMs).toISOString(),
      position: { epoch, seq: hour * 10_000 + 5000 + half },
    }
  })
}

/** What half an hour is about, in words that are neither frequent nor rare. */
function topicOf({ words }: Vocabulary, random: Random): string[] {
  return Array.from({ length: 40 }, () => words[200 + Math.floor(random() ** 3 * 20_000)] ?? '')
}

function sentence(
  vocabulary: Vocabulary,
  topic: readonly string[],
  length: number,
  random: Random,
): string[] {
  const said: string[] = []
  while (said.length < length) {
    const chance = random()
    if (chance < 0.05) said.push(...vocabulary.phrase(random).split(' '))
    else if (chance < 0.13) said.push(topic[Math.floor(random() * topic.length)] ?? '')
    else if (chance < 0.1305) said.push(vocabulary.name(random))
    else said.push(vocabulary.word(random))
  }
  return said
}

function spoken(words: readonly string[], random: Random): string {
  const speaker = random() < 0.08 ? '>> ' : ''
  const chance = random()
  const end = chance < 0.3 ? '.' : chance < 0.5 ? ',' : ''
  return speaker + words.join(' ').toUpperCase() + end
}
