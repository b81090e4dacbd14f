import type { ShortcutMessages } from './en.ts'

export const es: ShortcutMessages = {
  heading: 'Teclado',
  on: 'Teclas sueltas con función',
  onWhat: 'Desactívelo si dicta al ordenador o pulsa teclas sin querer.',
  close: 'Cerrar',
  keys: { ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' },
}
