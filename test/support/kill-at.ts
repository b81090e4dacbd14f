import { subscribe } from 'node:diagnostics_channel'

/** Preloaded with NODE_OPTIONS=--import: the process is killed where it publishes the moment that KILL_AT names. */
const moment = process.env['KILL_AT']
if (moment !== undefined) subscribe(moment, () => process.kill(process.pid, 'SIGKILL'))
