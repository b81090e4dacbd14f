import proxyAddr from '@fastify/proxy-addr'

/** Whether to believe what the hop `hop` (0 = our peer) at an address says of who it forwards for. */
export type Trust = (address: string, hop: number) => boolean

/** CCR_TRUST_PROXY as one function, so that requests and sockets are counted by the same address. */
export function trustOf(setting: boolean | string | number): Trust {
  if (typeof setting === 'boolean') return () => setting
  if (typeof setting === 'number') return (_address, hop) => hop < setting
  return proxyAddr.compile(setting.split(',').map((part) => part.trim()))
}
