/** Frames counted per second on paper, how long one really takes, and whether numbers are dropped. */
export interface FrameRate {
  readonly nominal: number
  readonly frameMs: number
  readonly drop: boolean
}

const ntsc = (nominal: number, drop: boolean): FrameRate => ({
  nominal,
  frameMs: 1001 / nominal,
  drop,
})
const exact = (nominal: number): FrameRate => ({ nominal, frameMs: 1000 / nominal, drop: false })

/**
 * The rates of timecoded files. 30 and 60 without drop count the frames of 29.97 and 59.94 Hz television: nothing
 * that carries line 21 runs at 30 exactly.
 */
export const frameRates = {
  '23.976': ntsc(24, false),
  '24': exact(24),
  '25': exact(25),
  '30': ntsc(30, false),
  '30DF': ntsc(30, true),
  '50': exact(50),
  '60': ntsc(60, false),
  '60DF': ntsc(60, true),
} as const satisfies Readonly<Record<string, FrameRate>>

export interface Timecode {
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  readonly frames: number
  /** A semicolon (or comma, or point) before the frames. */
  readonly drop: boolean
}

/** `hh:mm:ss:ff`, with `;`, `,` or `.` before the frames for drop-frame; null for anything else. */
export function parseTimecode(text: string): Timecode | null {
  const match = /^(\d{1,2}):(\d{2}):(\d{2})([:;,.])(\d{2})$/.exec(text)
  if (match === null) return null
  const [, hours, minutes, seconds, separator, frames] = match
  const timecode = {
    hours: Number(hours),
    minutes: Number(minutes),
    seconds: Number(seconds),
    frames: Number(frames),
    drop: separator !== ':',
  }
  return timecode.minutes < 60 && timecode.seconds < 60 ? timecode : null
}

/** Frames since 00:00:00:00. Drop-frame leaves out numbers 0 and 1 (of 60: 0 to 3) of every minute but each tenth. */
export function countFrames(timecode: Timecode, rate: FrameRate): number {
  const minutes = timecode.hours * 60 + timecode.minutes
  const frames = (minutes * 60 + timecode.seconds) * rate.nominal + timecode.frames
  if (!rate.drop) return frames
  return frames - (rate.nominal / 15) * (minutes - Math.floor(minutes / 10))
}

/** A drop-frame timecode, `hh:mm:ss;ff`, of a count of 29.97 Hz frames: `countFrames` read the other way. */
export function formatDropFrame(frame: number): string {
  const perTenMinutes = 17_982
  const perMinute = 1798
  const tens = Math.floor(frame / perTenMinutes)
  const rest = frame % perTenMinutes
  // The first minute of ten drops nothing and is two frames longer.
  const dropped = 18 * tens + (rest < 2 ? 0 : 2 * Math.floor((rest - 2) / perMinute))
  const number = frame + dropped
  const two = (n: number): string => String(n).padStart(2, '0')
  const seconds = Math.floor(number / 30)
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)};${two(number % 30)}`
}
