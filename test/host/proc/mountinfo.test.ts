import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  mountOf,
  mountPoints,
  parseMountinfo,
  realMounts,
} from '../../../src/host/proc/mountinfo.ts'

const real = (text: string): readonly string[] =>
  realMounts(parseMountinfo(text)).map(({ path }) => path)

const machine = `22 27 0:21 / /proc rw,relatime - proc proc rw
24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=1k
27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
28 27 0:30 / /run rw - tmpfs tmpfs rw
29 27 254:15 / /boot/efi rw,relatime - vfat /dev/vda15 rw
30 27 254:2 / /srv/my\\040data rw - xfs /dev/vdb rw
31 27 254:2 /sub /var/lib/app rw - xfs /dev/vdb rw
32 27 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro
33 27 0:40 / /mnt/nfs rw - nfs4 server:/export rw
34 27 11:0 / /media/cd ro - iso9660 /dev/sr0 ro
35 27 254:3 / /backup ro - ext4 /dev/vdc ro
36 27 254:4 / /broken rw - ext4 /dev/vdd ro,errors=remount-ro
37 27 0:50 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=/x
`

test('real mounts are those on devices that are written to, each device once', () => {
  expect(real(machine)).toEqual(['/', '/boot/efi', '/broken', '/srv/my data'])
})

test('every place with a mount is known, bind mounts, hidden ones and nameless ones too', () => {
  const table = `27 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw
31 27 254:1 /srv/data /var/tmp/build-x/my\\040src rw - ext4 /dev/vda1 rw
32 27 0:60 / /mnt rw - tmpfs  rw
33 32 0:61 / /mnt rw - tmpfs tmpfs rw
garbage
`
  expect(mountPoints(table)).toEqual(['/', '/var/tmp/build-x/my src', '/mnt'])
})

test('a file system that the kernel froze is told from one mounted read-only', () => {
  const of = (path: string) => parseMountinfo(machine).find((mount) => mount.path === path)
  expect(of('/broken')).toMatchObject({ readOnly: false, frozen: true })
  expect(of('/backup')).toMatchObject({ readOnly: true, frozen: true })
})

test('in a container the overlay at / is the disk', () => {
  const container = `100 99 0:45 / / rw,relatime - overlay overlay rw,lowerdir=/a
101 100 254:1 /docker/hosts /etc/hosts rw - ext4 /dev/vda1 rw
102 100 254:1 /volumes/v /data rw - ext4 /dev/vda1 rw
`
  expect(real(container)).toEqual(['/', '/data'])
})

test('subvolumes and data sets are one disk', () => {
  const many = `1 0 0:30 /root / rw - btrfs /dev/sda2 rw,subvol=/root
2 1 0:31 /home /home rw - btrfs /dev/sda2 rw,subvol=/home
3 1 0:40 / /tank rw - zfs tank rw
4 1 0:41 / /tank/a rw - zfs tank/a rw
`
  expect(real(many)).toEqual(['/', '/tank'])
})

test('a later mount hides an earlier one at the same place', () => {
  const hidden = `1 0 8:1 / / rw - ext4 /dev/sda1 rw
2 1 8:2 / /mnt rw - ext4 /dev/sdb1 rw
3 1 0:9 / /mnt rw - tmpfs tmpfs rw
`
  expect(real(hidden)).toEqual(['/'])
})

test('a path belongs to the deepest mount above it', () => {
  const mounts = parseMountinfo(machine)
  expect(mountOf(mounts, '/var/lib/app/x')?.path).toBe('/var/lib/app')
  expect(mountOf(mounts, '/var/lib/apple')?.path).toBe('/')
  expect(mountOf(mounts, '/boot/efi')?.path).toBe('/boot/efi')
  expect(mountOf([], '/')).toBeUndefined()
})

test('any text gives mounts with absolute paths, or none', () => {
  const spoilt = fc
    .tuple(fc.nat(machine.length), fc.nat(40), fc.string({ maxLength: 8 }))
    .map(([from, length, text]) => machine.slice(0, from) + text + machine.slice(from + length))
  fc.assert(
    fc.property(fc.oneof(fc.string(), spoilt), (text) => {
      const mounts = parseMountinfo(text)
      for (const { path } of mounts) expect(path.startsWith('/')).toBe(true)
      const paths = realMounts(mounts).map(({ path }) => path)
      expect(new Set(paths).size).toBe(paths.length)
    }),
  )
})
