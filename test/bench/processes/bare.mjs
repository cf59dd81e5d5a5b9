/** Node, and nothing in it. */

process.on('disconnect', () => process.exit())
process.send?.({})
