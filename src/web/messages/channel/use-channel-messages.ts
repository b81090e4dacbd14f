import { useCatalogue } from '../catalogue.tsx'
import { en, type ChannelMessages } from './en.ts'
import { es } from './es.ts'

const catalogues = { en, es } as const

export function useChannelMessages(): ChannelMessages {
  return catalogues[useCatalogue().locale]
}
