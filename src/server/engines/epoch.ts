import { randomInt } from 'node:crypto'

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
/** 12 × log2(36) = 62 bits: two logs never meet under one name. */
const length = 12

/** The random name of a new log. */
export function createEpoch(): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}
