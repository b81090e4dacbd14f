import { after, before } from 'node:test'
import { feedProtocolConformance } from '../conformance/feed-protocol.conformance.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

let folder: Folder
let server: Server
let count = 0

before(async () => {
  folder = await temporaryFolder()
  server = await startServer(folder.path)
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

feedProtocolConformance('ccr serve, embedded storage', {
  get url() {
    return server.url
  },
  async channel() {
    const id = `c${++count}`
    return { id, token: await addChannel(folder.path, id) }
  },
})
