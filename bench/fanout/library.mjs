// The engine room without a task: each item is kept as it comes.
import { FanOut } from 'majordomo/fanout'
import { inTurn } from './lists.mjs'
import { good, listOptions, requests } from './load.mjs'

const room = new FanOut()

const given = requests()

await inTurn(async () => {
  const items = []
  for await (const item of room.launch(given, listOptions())) items.push(item)
  return items
}, good)
