import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CueOutput } from '../../src/captions/caption-event.ts'
import { cuesOfMedia } from './support/decode.ts'
import { readMedia, readMediaText, withoutMedia } from '../support/media.ts'
import {
  captionInspector708Text,
  captionInspectorText,
  gstreamerText,
  srtCaptions,
  ttxtCaptions,
  type ReferenceCaption,
} from './support/reference.ts'
import { compareWords, wordsOf, type KnownDifference } from './support/words.ts'

/** One frame of 23.976 Hz film, and the millisecond that CCExtractor adds to starts. */
const frameMs = 43

const neverShown = 'loaded out of sight at the end of the recording and never shown'
const noExtended = 'the reference does not decode extended characters (Í, Ó, ¿)'
const noWindow =
  'written before the recording began to show in which window; no receiver can show it'
const apostrophe = '0x27 is an apostrophe to us and to CCExtractor'
const otherSigns =
  'the reference draws other signs (Ⓡ, x) for what CTA-608 calls ®, ©, • and corners, and drops the transparent space'

interface Case {
  readonly source: string
  readonly track: string
  readonly reference: string
  readonly text: (reference: string) => string
  /** Words that the reference is known to hold; a test that compares much fewer compares nothing. */
  readonly words: number
  readonly known?: readonly KnownDifference[]
}

const plain = (captions: readonly ReferenceCaption[]): string =>
  captions.map((caption) => caption.text).join('\n')

const cases: readonly Case[] = [
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'CC1',
    reference: 'ccextractor-0.94/BigBuckBunny_256x144-24fps.CC1.srt',
    text: (file) => plain(srtCaptions(file)),
    words: 71,
  },
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'CC3',
    reference: 'ccextractor-0.94/BigBuckBunny_256x144-24fps.CC3.srt',
    text: (file) => plain(srtCaptions(file)),
    words: 64,
    known: [
      {
        missing: '0. 02',
        extra: '020.',
        reason:
          'CCExtractor decodes the first three pictures in decoding order (333, 166, 41 ms); in order of time they read 020., as in Comcast’s decode',
      },
    ],
  },
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'CC1',
    reference: 'BigBuckBunny_256x144-24fps-C1.608',
    text: captionInspectorText,
    words: 76,
    known: [{ missing: '[bacround chter]', reason: neverShown }],
  },
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'CC3',
    reference: 'BigBuckBunny_256x144-24fps-C3.608',
    text: captionInspectorText,
    words: 66,
    known: [
      { missing: 'AL .', extra: 'AÍ.', reason: noExtended },
      { missing: 'CO PODRI', extra: '¿CÓ PODRÍ', reason: noExtended },
      { missing: '-', extra: '-¿', reason: noExtended },
      { missing: 'arloteo fondo]', reason: neverShown },
    ],
  },
  {
    source: 'the.tudors.bin',
    track: 'CC1',
    reference: 'ccextractor-0.94/the.tudors.CC1.ttxt',
    text: (file) => plain(ttxtCaptions(file)),
    words: 224,
  },
  {
    source: 'multi-channel-608-captions.ts',
    track: 'CC1',
    reference: 'ccextractor-0.94/multi-channel-608-captions.CC1.srt',
    text: (file) => plain(srtCaptions(file)),
    words: 8,
  },
  {
    source: 'multi-channel-608-captions.ts',
    track: 'CC3',
    reference: 'ccextractor-0.94/multi-channel-608-captions.CC3.srt',
    text: (file) => plain(srtCaptions(file)),
    words: 13,
  },
  {
    source: 'Plan9fromOuterSpace.scc',
    track: 'CC1',
    reference: 'Plan9fromOuterSpace-C1.608',
    text: captionInspectorText,
    words: 7252,
  },
  {
    source: 'NightOfTheLivingDead.mcc',
    track: 'CC1',
    reference: 'NightOfTheLivingDead-C1.608',
    text: captionInspectorText,
    words: 661,
  },
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'S1',
    reference: 'BigBuckBunny_256x144-24fps-S1.708',
    text: captionInspector708Text,
    words: 80,
    known: [{ missing: "2020. - THAT'S A STRETCH. -", reason: noWindow }],
  },
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'S2',
    reference: 'BigBuckBunny_256x144-24fps-S2.708',
    text: captionInspector708Text,
    words: 70,
    known: [{ missing: '-2020. -ESO ES UN ESTIRAMIENTO.', reason: noWindow }],
  },
  {
    source: 'BigBuckBunny_256x144-24fps.ts',
    track: 'S6',
    reference: 'BigBuckBunny_256x144-24fps-S6.708',
    text: captionInspector708Text,
    words: 70,
    known: [
      {
        missing: 'اسFت',
        extra: 'است',
        reason:
          'in a packet cut short the reference takes the header of the next one (46) for text',
      },
      { missing: '[پس زمینه پچ پ', reason: neverShown },
    ],
  },
  {
    // Made of the same words as the line 21 captions beside it, rows broken as they are.
    source: 'NightOfTheLivingDead.mcc',
    track: 'S1',
    reference: 'NightOfTheLivingDead-C1.608',
    text: captionInspectorText,
    words: 661,
  },
  {
    source: 'the.tudors.bin',
    track: 'S1',
    reference: 'ccextractor-0.94/the.tudors.svc1.p0.svc01.srt',
    text: (file) => plain(srtCaptions(file)),
    words: 200,
  },
  {
    source: '608-all-features.scc',
    track: 'CC1',
    reference: '608-all-features-unbuffered.json',
    text: gstreamerText,
    words: 441,
    known: [
      {
        missing: '!"#$%&’()á+,-./0123456789:;<=>?',
        extra: `!"#$%&'()á+,-./0123456789:;<=>?`,
        reason: apostrophe,
      },
      { missing: 'Ⓡ°½¿™¢£♪àèâêîôû', extra: '®°½¿™¢£♪à èâêîôû', reason: otherSigns },
      { missing: "*'—Ⓒ℠x“”", extra: "*'—©℠•“”", reason: otherSigns },
      { missing: 'ÄäÖöß¥¤¦', extra: 'ÄäÖöß¥¤│', reason: otherSigns },
      { missing: 'ÅåØøxxxx', extra: 'ÅåØø┌┐└┘', reason: otherSigns },
      { missing: 'Ⓡ°½¿™¢£♪àèâêîôû', extra: '®°½¿™¢£♪à èâêîôû', reason: otherSigns },
      { missing: 'caption’s', extra: "caption's", reason: apostrophe },
      { missing: 'Here’s', extra: "Here's", reason: apostrophe },
      {
        missing: 'POP-ON caption...',
        extra: 'caption...',
        reason:
          'paint-on rewrites one word of the pop-on screen: the cue has the corrected row, the JSON both; the comparison pairs the words so',
      },
      { missing: 'Here’s', extra: "Here's", reason: apostrophe },
    ],
  },
]

void describe('words of our cues against independent decodes', () => {
  for (const { source, track, reference, text, words, known = [] } of cases) {
    void test(
      `${source} ${track} says what ${reference} says`,
      { skip: withoutMedia(source, reference) },
      (t) => {
        const expected = wordsOf(text(readMediaText(reference)))
        const actual = cuesOfMedia(readMedia(source), track).flatMap((cue) => wordsOf(cue.text))
        t.diagnostic(`${expected.length} words compared`)
        assert.ok(expected.length >= words * 0.95, `only ${expected.length} words of ${words}`)
        assert.deepEqual(compareWords(expected, actual), {
          missing: known.flatMap((difference) => wordsOf(difference.missing ?? '')),
          extra: known.flatMap((difference) => wordsOf(difference.extra ?? '')),
        })
      },
    )
  }
})

void describe('times of pop-on cues are within one frame of CCExtractor’s', () => {
  const timed = [
    ['BigBuckBunny_256x144-24fps.ts', 'CC1', 'ccextractor-0.94/BigBuckBunny_256x144-24fps.CC1.srt'],
    ['BigBuckBunny_256x144-24fps.ts', 'CC3', 'ccextractor-0.94/BigBuckBunny_256x144-24fps.CC3.srt'],
    ['the.tudors.bin', 'CC1', 'ccextractor-0.94/the.tudors.CC1.srt'],
  ] as const
  for (const [source, track, reference] of timed) {
    void test(`${source} ${track}`, { skip: withoutMedia(source, reference) }, (t) => {
      const theirs = srtCaptions(readMediaText(reference))
      const ours = cuesOfMedia(readMedia(source), track)
      assert.equal(ours.length, theirs.length)
      let largest = 0
      theirs.forEach((caption, i) => {
        const cue = ours[i] as CueOutput
        // The last one ends with the run, which is whoever ends it to say.
        const endOff = i === theirs.length - 1 ? 0 : Math.abs(cue.endMs - caption.endMs)
        const off = Math.max(Math.abs(cue.startMs - caption.startMs), endOff)
        largest = Math.max(largest, off)
        assert.ok(off <= frameMs, `cue ${cue.id} is off by ${off} ms`)
      })
      t.diagnostic(`${theirs.length} cues, at most ${largest} ms apart`)
    })
  }
})
