import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatRcwtGroup, formatRcwtHeader } from '../src/captions/rcwt.ts'
import { groupOf } from '../src/simulator/line21.ts'
import { performScript } from '../src/simulator/script.ts'
import { TransportStreamWriter, type VideoCodec } from '../src/simulator/transport-stream.ts'

/** Makes the streams of samples/ from their scripts; a test calls `makeSample` and compares. */

export const samplesFolder = fileURLToPath(new URL('../samples', import.meta.url))

export interface SampleFile {
  readonly file: string
  readonly codec?: VideoCodec
}

export function listSamples(): readonly SampleFile[] {
  const manifest = JSON.parse(readFileSync(path.join(samplesFolder, 'channels.json'), 'utf8')) as {
    channels: SampleFile[]
  }
  return manifest.channels
}

export function readScript({ file }: SampleFile): string {
  const name = `${path.parse(file).name}.txt`
  return readFileSync(path.join(samplesFolder, 'scripts', name), 'utf8')
}

export function makeSample(sample: SampleFile): Buffer {
  const performance = performScript(readScript(sample))
  const parts: Uint8Array[] = []
  if (sample.codec === undefined) {
    parts.push(formatRcwtHeader())
    for (const frame of performance.frames()) {
      const group = groupOf(frame)
      if (group !== undefined) parts.push(formatRcwtGroup(group))
    }
  } else {
    const writer = new TransportStreamWriter({ codec: sample.codec, languages: ['eng', 'spa'] })
    for (const frame of performance.frames()) parts.push(writer.push(frame))
    parts.push(writer.end())
  }
  return Buffer.concat(parts)
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const sample of listSamples()) {
    const bytes = makeSample(sample)
    writeFileSync(path.join(samplesFolder, sample.file), bytes)
    console.log(`${sample.file}: ${bytes.length} bytes`)
  }
