import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type CaptionStyleMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, CaptionStyleMessages>> = { en, es }

export function useCaptionStyleMessages(): CaptionStyleMessages {
  return catalogues[useCatalogue().locale]
}
