export { createRandom, type Random } from '../../src/simulator/random.ts'
