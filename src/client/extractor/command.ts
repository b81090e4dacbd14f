import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SourceError } from '../sources/source.ts'

/** What ccextractor is asked for. BIN has CEA-608 and 708; other subtitles come as a transcript only. */
export type Task =
  | { readonly kind: 'bin' }
  | { readonly kind: 'teletext'; readonly page: string }
  | { readonly kind: 'dvb'; readonly language: string | null }
  | { readonly kind: 'isdb' }

export interface Ccextractor {
  readonly path: string
  /** 0.94, 0.96.6 … */
  readonly version: string
  /** Up to 0.94 options begin with one dash; later ones are checked more strictly, and have long names only. */
  readonly dialect: 'old' | 'new'
}

const versionMs = 20_000
const lastOld = 94

/** Asks a program for its version, once. @throws SourceError with what to do */
export async function askCcextractor(named: string | null): Promise<Ccextractor> {
  const file = named ?? 'ccextractor'
  const said = await promisify(execFile)(file, ['--version'], { timeout: versionMs }).then(
    ({ stdout, stderr }) => `${stdout}\n${stderr}`,
    (error: unknown) => {
      throw new SourceError(whyNot(error, named), { cause: error })
    },
  )
  const [version, major, minor] =
    /(?:Version|CCExtractor):?\s+v?(\d+)\.(\d+)(?:\.\d+)*/i.exec(said) ?? []
  if (version === undefined)
    throw new SourceError(`${file} does not say its version; is it ccextractor?`)
  const dialect = Number(major) === 0 && Number(minor) <= lastOld ? 'old' : 'new'
  return { path: file, version: version.replace(/^\D*/, ''), dialect }
}

function whyNot(error: unknown, named: string | null): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT')
    return `there is no ${named === null ? 'ccextractor on the PATH' : `program ${named}`}; install it, or name it with --ccextractor`
  if (code === 'EACCES') return `${named ?? 'ccextractor'} may not be run by this user`
  const [first = ''] = error instanceof Error ? error.message.split('\n') : []
  return `${named ?? 'ccextractor'} cannot be run: ${first}`
}

/** Reads a transport stream from standard input, and writes to standard output. */
export function argumentsFor(
  { dialect }: Ccextractor,
  task: Task,
  programme: number | null = null,
): string[] {
  const long = dialect === 'new' ? '--' : '-'
  const out = task.kind === 'bin' ? 'bin' : 'ttxt'
  // Told what comes in, it does not wait for the first mebibyte to find out.
  const common = ['stdin', 'in=ts', `out=${out}`, 'stdout', 'quiet'].map((one) => long + one)
  if (programme !== null)
    common.push(dialect === 'new' ? '--program-number' : '-pn', String(programme))
  switch (task.kind) {
    case 'bin':
    case 'isdb':
      return common
    case 'teletext':
      return [...common, `${long}codec`, 'teletext', `${long}tpage`, task.page]
    case 'dvb':
      return [
        ...[...common, `${long}codec`, 'dvbsub'],
        ...(task.language === null ? [] : [`${long}dvblang`, task.language]),
      ]
  }
}

/** The track that a task gives; undefined where its lines name theirs. */
export function trackOf(task: Task): string | undefined {
  if (task.kind === 'teletext') return `TT${task.page}`
  if (task.kind === 'dvb') return `DVB-${task.language ?? 'und'}`
  return task.kind === 'isdb' ? 'ISDB' : undefined
}

/** What is to be asked for a track that BIN does not carry; undefined for others. */
export function taskOf(track: string): Task | undefined {
  const page = /^TT(\d{3})$/.exec(track)?.[1]
  if (page !== undefined) return { kind: 'teletext', page }
  const language = /^DVB(?:-([a-z]{3}))?$/.exec(track)
  if (language !== null)
    return { kind: 'dvb', language: language[1] === 'und' ? null : (language[1] ?? null) }
  return track === 'ISDB' ? { kind: 'isdb' } : undefined
}
