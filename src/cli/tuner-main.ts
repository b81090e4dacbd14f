import { runProgram } from './program.ts'
import { tunerParts } from './tuner-parts.ts'

await runProgram(tunerParts)
