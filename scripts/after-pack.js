import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';

/**
 * Switches off, in the packed executable itself, what would let others run their own code in Descry.
 * electron-builder calls this after packing and before signing; an error stops the build.
 * The engine runs in a utility process, which none of these switches concerns.
 * @param {Pick<import('electron-builder').AfterPackContext, 'appOutDir' | 'electronPlatformName' | 'arch'> & {
 *   packager: { appInfo: { productFilename: string }, executableName?: string } }} context
 */
export default async function afterPack(context) {
  const platform = context.electronPlatformName;
  const executable = executableOf(context);
  if (!existsSync(executable)) throw new Error(`there is no executable to set fuses in: ${executable}`);
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // A changed macOS executable needs its ad-hoc signature anew, or it does not start on ARM.
    resetAdHocDarwinSignature: platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    // Electron checks the archive's hash on macOS and Windows only.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: platform !== 'linux',
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
}

/** @param {Parameters<typeof afterPack>[0]} context */
function executableOf({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  if (electronPlatformName === 'darwin' || electronPlatformName === 'mas')
    return join(appOutDir, `${name}.app`, 'Contents', 'MacOS', name);
  return join(
    appOutDir,
    electronPlatformName === 'win32' ? `${name}.exe` : (packager.executableName ?? name),
  );
}
