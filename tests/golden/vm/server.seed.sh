#!/bin/sh
# instance-id: server-f23a1d570043460a
# Identity of a guest of lvs-lab. Idempotent; runs once per instance-id.
# Only builtins where it can be: on an emulated CPU every process costs some 50 ms of boot.
set -eu
umask 022
[ ! -e /var/lib/lvs-lab/instance ] || # an earlier identity's
  rm -f /etc/systemd/network/10-lvs-lab-*.link /etc/systemd/network/10-lvs-lab-*.network \
    /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /root/.ssh/authorized_keys

printf %s 'server
' >'/etc/hostname'
printf %s '127.0.0.1 localhost
192.168.10.138 server
' >'/etc/hosts'
printf %s '[Match]
MACAddress=52:54:00:0a:03:01
Type=ether

[Link]
Name=eth0.10
' >'/etc/systemd/network/10-lvs-lab-eth0.10.link'
printf %s '[Match]
Name=eth0.10

[Network]
Address=192.168.10.138/24
Address=192.168.11.138/25
DHCP=no
IPv6AcceptRA=no
LinkLocalAddressing=ipv6
LLDP=no
KeepConfiguration=static

[Address]
Address=2001:db8:10::138/64
DuplicateAddressDetection=none
' >'/etc/systemd/network/10-lvs-lab-eth0.10.network'
printf %s 'HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
' >'/etc/ssh/sshd_config.d/10-lvs-lab.conf'
printf %s 'ssh-ed25519 AAAAHOST web1
' >'/etc/ssh/ssh_host_ed25519_key.pub'
printf %s 'ssh-ed25519 AAAALOGIN lvs-lab
' >'/root/.ssh/authorized_keys'
printf %s '52:54:00:0a:03:01
' >'/var/lib/lvs-lab/macs'
(umask 077 && printf %s 'THE PRIVATE HOST KEY
HAS TWO LINES
' >/etc/ssh/ssh_host_ed25519_key)

printf '%s\n' 'server' >/proc/sys/kernel/hostname
