import { registerAlert } from './commands/alert.ts'
import { registerBackup } from './commands/backup.ts'
import { registerChannel } from './commands/channel.ts'
import { registerConvert } from './commands/convert.ts'
import { registerDemo } from './commands/demo.ts'
import { registerDestination } from './commands/destination.ts'
import { registerDownload } from './commands/download.ts'
import { registerIndex } from './commands/index.ts'
import { registerInspect } from './commands/inspect.ts'
import { registerMigrateStorage } from './commands/migrate-storage.ts'
import { registerMigrate } from './commands/migrate.ts'
import { registerRedecode } from './commands/redecode.ts'
import { registerRestore } from './commands/restore.ts'
import { registerSearch } from './commands/search.ts'
import { registerSend } from './commands/send.ts'
import { registerServe } from './commands/serve.ts'
import { registerStatus } from './commands/status.ts'
import { registerToken } from './commands/token.ts'
import { registerUser } from './commands/user.ts'
import { registerVerify } from './commands/verify.ts'
import { registerWatch } from './commands/watch.ts'
import { runProgram, type Register } from './program.ts'

const commands: readonly Register[] = [
  registerServe,
  registerSend,
  registerStatus,
  registerInspect,
  registerConvert,
  registerWatch,
  registerDownload,
  registerDemo,
  registerChannel,
  registerToken,
  registerUser,
  registerRedecode,
  registerSearch,
  registerAlert,
  registerDestination,
  registerIndex,
  registerBackup,
  registerRestore,
  registerVerify,
  registerMigrateStorage,
  registerMigrate,
]

/** Settings of `ccr serve` that have no flag; src/server/config.ts says what they mean. */
const settings: readonly string[] = [
  'CCR_PUBLIC_URL',
  'CCR_TRUST_PROXY',
  'CCR_TLS_CERT',
  'CCR_TLS_KEY',
  'CCR_CONTACT',
  'CCR_SOURCE_URL',
  'CCR_ACCESS',
  'CCR_SIGN_IN',
  'CCR_SIGN_UP',
  'CCR_RATE_LIMIT',
  'CCR_SOCKETS_PER_ADDRESS',
  'CCR_SOCKETS_PER_TOKEN',
  'CCR_SMTP_URL',
  'CCR_MAIL_FROM',
  'CCR_WEBHOOK_ALLOW_PRIVATE',
  'CCR_LOG_LEVEL',
  'CCR_DRAIN_SECONDS',
  'CCR_REDIS_URL',
  'CCR_DATABASE_URL',
  'CCR_S3_URL',
  'CCR_S3_BUCKET',
  'CCR_S3_REGION',
  'CCR_S3_ACCESS_KEY',
  'CCR_S3_SECRET_KEY',
  'CCR_ARCHIVE_INTERVAL',
  'CCR_ROLES',
  'CCR_SMTP_URL_FILE',
  'CCR_REDIS_URL_FILE',
  'CCR_DATABASE_URL_FILE',
  'CCR_S3_ACCESS_KEY_FILE',
  'CCR_S3_SECRET_KEY_FILE',
]

await runProgram({
  commands,
  settings,
  description: 'The real-time repository of television captions.',
  help: '\nExample:\n  ccr demo                 everything at once, with sample channels\n  ccr send --help          how to feed a channel',
})
