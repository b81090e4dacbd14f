import { CsvError, parse } from 'csv-parse/sync'
import { UnreadableSourceError } from '../../faults.ts'
import type { FileCues } from './file-cues.ts'
import { readRecords } from './json.ts'

/** Marks that our own writer puts before what a spreadsheet would run (../csv.ts). */
const guarded = /^'(?='*\s*[=+\-@\t\r＝＋－＠])/

/**
 * RFC 4180 with a header that names `start`, `end` and `text`, and perhaps `track` and `language`; times are instants or
 * seconds. Throws UnreadableSourceError where the header lacks one.
 */
export function readCsv(text: string): FileCues {
  const rows = rowsOf(text)
  const missing = ['start', 'end', 'text'].filter(
    (name) => rows[0] !== undefined && !(name in rows[0]),
  )
  if (rows.length > 0 && missing.length > 0)
    throw new UnreadableSourceError(`expected a CSV header with ${missing.join(', ')}`)
  return readRecords(
    rows.map(({ start, end, text: said = '', track, language }) => ({
      ...{ start: momentOf(start), end: momentOf(end), text: said.replace(guarded, '') },
      ...(track === undefined || track === '' ? {} : { track }),
      language: language === undefined || language === '' ? null : language,
    })),
  )
}

function rowsOf(text: string): Readonly<Record<string, string | undefined>>[] {
  try {
    return parse(text, { columns: true, relax_column_count: true, skip_empty_lines: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new UnreadableSourceError(`this is not CSV: ${error.message}`, { cause: error })
  }
}

function momentOf(field: string | undefined): string | number | undefined {
  return field !== undefined && /^\d+(?:\.\d+)?$/.test(field) ? Number(field) : field
}
