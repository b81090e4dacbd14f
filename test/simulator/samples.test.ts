import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { listSamples, makeSample, readScript, samplesFolder } from '../../scripts/make-samples.ts'
import { performScript } from '../../src/simulator/script.ts'
import { decodeRecording } from '../support/recording.ts'

describe('the sample streams', () => {
  for (const sample of listSamples()) {
    it(`${sample.file} is what its script makes`, () => {
      assert.ok(readFileSync(path.join(samplesFolder, sample.file)).equals(makeSample(sample)))
    })

    it(`${sample.file} decodes to what was meant, row by row`, () => {
      const cues = decodeRecording(readFileSync(path.join(samplesFolder, sample.file)))
      for (const [track, meant] of performScript(readScript(sample)).meant)
        assert.deepEqual(
          cues.filter((cue) => cue.track === track).map(({ text }) => text),
          meant.map(({ text }) => text),
        )
    })
  }
})
