import type { CaptionFormat, FileWriter } from './caption-file.ts'
import { csvWriter } from './csv.ts'
import { jsonlWriter, jsonWriter } from './json.ts'
import { sccWriter } from './scc.ts'
import { srtWriter } from './srt.ts'
import { ttmlWriter } from './ttml.ts'
import { txtWriter } from './txt.ts'
import { vttWriter } from './vtt.ts'

export const fileWriters: Readonly<Record<CaptionFormat, FileWriter>> = {
  srt: srtWriter,
  vtt: vttWriter,
  ttml: ttmlWriter,
  scc: sccWriter,
  txt: txtWriter,
  json: jsonWriter,
  jsonl: jsonlWriter,
  csv: csvWriter,
}
