const OLDEST_NODE_MAJOR = 20

/**
 * Ends the process with an explanation when Node is too old to run the scripts.
 * Keep this file free of newer syntax: its point is to be understood by an old Node.
 * @param {string} version as in `process.versions.node`
 */
export function requireNode(version) {
  if (Number(version.split('.')[0]) >= OLDEST_NODE_MAJOR) return
  process.stderr.write(
    'Reeldock needs Node.js ' +
      OLDEST_NODE_MAJOR +
      ' or newer to install itself; this is Node.js ' +
      version +
      '.\nInstall a current release from https://nodejs.org and run the command again.\n',
  )
  process.exit(1)
}
