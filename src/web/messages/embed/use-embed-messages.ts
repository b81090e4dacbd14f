import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type EmbedMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, EmbedMessages>> = { en, es }

export function useEmbedMessages(): EmbedMessages {
  return catalogues[useCatalogue().locale]
}
