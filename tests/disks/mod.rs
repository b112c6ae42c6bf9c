//! File systems of our own, in a file each: to be filled, and to be cut off as by a loss of power.
//!
//! They need the rights to mount something, and `mkfs.ext4`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// How the directories begin that the disks are in; then comes the process that uses them.
const NAME: &str = "policy-ledger-disk-";

/// An ext4 file system in a file, mounted while it is used.
pub struct Disk {
    home: TempDir,
}

/// What a loss of power leaves of what was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing: neither names nor data, unless they were on disk.
    Hard,
    /// Names and sizes of files as they were last, since the file system's own log is saved; data
    /// only as far as it was on disk.
    NamesKept,
}

impl Disk {
    /// An empty disk of so many megabytes. Nothing on it gets durable just because time passes.
    pub fn new(megabytes: u64) -> Self {
        clear_away();
        let name = format!("{NAME}{}-", process::id());
        let disk = Self { home: tempfile::Builder::new().prefix(&name).tempdir().unwrap() };
        File::create(disk.image()).unwrap().set_len(megabytes << 20).unwrap();
        fs::create_dir(disk.path()).unwrap();
        run(Command::new("mkfs.ext4")
            .args(["-q", "-F", "-m", "0", "-b", "4096"])
            .arg(disk.image()));
        disk.mount();
        disk
    }

    fn image(&self) -> PathBuf {
        self.home.path().join("image")
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.home.path().join("disk")
    }

    /// Without the file system's own care for programs that forget to sync.
    pub fn mount(&self) {
        let options = ["-o", "loop,noatime,noauto_da_alloc,commit=600"];
        run(Command::new("mount").args(options).arg(self.image()).arg(self.path()));
    }

    /// Cuts the power. All that is written from here on fails, until [`Disk::power_on`].
    pub fn cut(&self, how: Cut) {
        shut_down(&File::open(self.path()).unwrap(), how);
    }

    /// Mounts it again after a cut, as after a restart of the machine. Nobody may use it.
    ///
    /// A process that another test is just starting has all our files open for a moment. As long as
    /// that keeps the old file system alive, what is mounted is still the one that was cut.
    pub fn power_on(&self) {
        for _ in 0..200 {
            let unmounted = Command::new("umount").arg(self.path()).output().unwrap();
            if unmounted.status.success() {
                self.mount();
                let probe = self.path().join("probe");
                if File::create(&probe).is_ok() {
                    return fs::remove_file(probe).unwrap();
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{} cannot be mounted anew", self.path().display());
    }

    /// Writes a file that leaves only about so many kilobytes free.
    pub fn fill(&self, kilobytes_left: u64) {
        let file = File::create(self.filling()).unwrap();
        let room = rustix::fs::statvfs(self.path()).unwrap();
        let mut bytes = room.f_bavail * room.f_frsize - (kilobytes_left << 10);
        // The file system needs some of it to note where the file is.
        while let Err(error) =
            rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes)
        {
            assert_eq!(error, rustix::io::Errno::NOSPC);
            bytes -= 4_096;
        }
    }

    /// Makes room again.
    pub fn make_room(&self) {
        fs::remove_file(self.filling()).unwrap();
    }

    fn filling(&self) -> PathBuf {
        self.path().join("filling")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
}

/// Removes the disks of processes that are gone, which were killed before they could do so.
fn clear_away() {
    for path in fs::read_dir(std::env::temp_dir()).unwrap().map(|item| item.unwrap().path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let process = name.strip_prefix(NAME).and_then(|rest| rest.split_once('-'));
        let is_gone = |(pid, _): (&str, &str)| !Path::new("/proc").join(pid).exists();
        if process.is_some_and(is_gone) {
            let _ = Command::new("umount").arg("-l").arg(path.join("disk")).output();
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Tells a file system to fail from now on, and what to save before (`FS_IOC_SHUTDOWN`).
#[allow(unsafe_code, reason = "there is no safe call for what only a test would do")]
fn shut_down(disk: &File, how: Cut) {
    const SHUTDOWN: rustix::ioctl::Opcode = rustix::ioctl::opcode::read::<u32>(b'X', 125);
    let flag: u32 = match how {
        Cut::NamesKept => 1,
        Cut::Hard => 2,
    };
    // SAFETY: this request reads one `u32` from the address it is given, which is what `Setter`
    // gives it, and touches no other memory of this process.
    let shut =
        unsafe { rustix::ioctl::ioctl(disk, rustix::ioctl::Setter::<SHUTDOWN, u32>::new(flag)) };
    shut.unwrap();
}
