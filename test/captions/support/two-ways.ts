import type { CaptionGroup } from '../../../src/captions/caption-group.ts'
import { Dtvcc } from './dtvcc.ts'
import { Line21 } from './line21.ts'

/** The same news in two languages. */
export const english = [
  'Good evening and welcome.',
  'The harbour was closed today,',
  'because of heavy fog.',
  'Two ferries are waiting outside.',
  'They will come in tonight.',
]
export const spanish = [
  'Buenas noches y bienvenidos.',
  'El puerto fue cerrado hoy,',
  'por la niebla tan densa.',
  'Dos barcos esperan fuera.',
  'Van a entrar esta noche.',
]

/** CC1: every four seconds a screen. */
export function line21(texts: readonly string[], fromMs = 0): CaptionGroup[] {
  const line = new Line21()
  line.wait(fromMs)
  for (const text of texts) {
    line.send('RCL').at(14).text(text.slice(0, 32)).send('EOC')
    line.wait(4000 - (line.nowMs % 4000)).send('EDM')
  }
  return line.groups
}

/** The same as a service of CEA-708. */
export function service(number: number, texts: readonly string[], fromMs = 0): CaptionGroup[] {
  const stream = new Dtvcc()
  stream.wait(fromMs)
  for (const text of texts) {
    stream.send(number, (codes) => codes.remove(0).define(0).text(text).show(0)).wait(3600)
    stream.send(number, (codes) => codes.hide(0))
  }
  return stream.groups
}
