# What the servers of another Debian share, to be sourced with $unpacked and $state set, in mount and process namespaces
# of the caller's own: such a server needs its own suite's libraries, so it runs in a root that holds these alone.
# $all is that root, and in it the test's folder is /state.
root=$state/root
mkdir -p "$root"
mount -t tmpfs tmpfs "$root"
mkdir "$root/new" "$root/work" "$root/all"
mount -t overlay overlay -o "lowerdir=$unpacked,upperdir=$root/new,workdir=$root/work" "$root/all"
all=$root/all
mkdir -p "$all/dev" "$all/proc" "$all/state" "$all/etc" "$all/tmp" "$all/run"
chmod 1777 "$all/tmp"
mount --rbind /dev "$all/dev"
mount --bind "$state" "$all/state"
mount -t proc proc "$all/proc"
etc=/etc
[ ! -e "$state/etc/passwd" ] || etc=$state/etc
cp "$etc/passwd" "$etc/group" "$all/etc/"
