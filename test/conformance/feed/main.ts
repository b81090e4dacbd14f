import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { findWay, runFeedRules } from './run.ts'

/**
 * `npm run conformance -- --url http://host:port --admin-token T`: whether the server there keeps the feed
 * protocol of docs/protocol.md. It makes channels named conformance-…, and removes those whose rule holds.
 */

const usage =
  'npm run conformance -- --url http://host:port --admin-token T [--ca certificate.pem] [--fast]'

const options = readOptions()
const { url, 'admin-token': adminToken, ca, fast } = options ?? {}
if (url === undefined || adminToken === undefined || !URL.canParse(url)) {
  console.error(`${usage}\n--fast leaves out the rules that take half a minute.`)
  process.exit(2)
}

const subject = { url, adminToken, ca: ca === undefined ? undefined : readFileSync(ca, 'utf8') }
try {
  const way = await findWay(subject)
  if (way === 'bodies')
    console.log('No welcome within 5 s: only what holds for short requests is checked.')
  const verdicts = await runFeedRules(subject, {
    way,
    slow: fast !== true,
    told: ({ rule, failure, skipped }) => {
      const outcome = skipped === null ? (failure === null ? 'ok     ' : 'FAILED ') : 'skipped'
      console.log(`${outcome} ${rule}${skipped === null ? '' : ` (${skipped})`}`)
      if (failure !== null) console.log(failure.replaceAll(/^/gm, '          '))
    },
  })
  const failed = verdicts.filter(({ failure }) => failure !== null).length
  const checked = verdicts.filter(({ skipped }) => skipped === null).length
  console.log(`${checked - failed} of ${checked} rules hold`)
  process.exitCode = failed === 0 && checked > 0 ? 0 : 1
} catch (error) {
  console.error(
    `The suite could not begin: ${error instanceof Error ? error.message : String(error)}`,
  )
  process.exitCode = 1
}

/** Undefined when they cannot be understood. */
function readOptions():
  { url?: string; 'admin-token'?: string; ca?: string; fast?: boolean } | undefined {
  try {
    return parseArgs({
      options: {
        url: { type: 'string' },
        'admin-token': { type: 'string' },
        ca: { type: 'string' },
        fast: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return undefined
  }
}
