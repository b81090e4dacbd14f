export { escapeText } from '../../protocol/escape-text.ts'
