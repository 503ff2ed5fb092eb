/** `npm start`: builds what is stale and opens the application. */
process.argv.splice(2, 0, 'open');
await import('../bin/descry.js');
