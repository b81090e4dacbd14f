import { registerConvert } from './commands/convert.ts'
import { registerDownload } from './commands/download.ts'
import { registerInspect } from './commands/inspect.ts'
import { registerSearch } from './commands/search.ts'
import { registerSend } from './commands/send.ts'
import { registerStatus } from './commands/status.ts'
import { registerWatch } from './commands/watch.ts'
import type { ProgramParts } from './program.ts'

/** The program of tuner boxes: what feeds a repository and reads from it, without the server. */
export const tunerParts: ProgramParts = {
  commands: [
    registerSend,
    registerStatus,
    registerInspect,
    registerConvert,
    registerWatch,
    registerSearch,
    registerDownload,
  ],
  settings: [],
  description: 'The tuner side of ccr, the real-time repository of television captions.',
  help: '\nExample:\n  ccr inspect hdhomerun://192.168.1.20/5.1\n  ccr send --help          how to feed a channel',
}
