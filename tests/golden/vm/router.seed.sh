#!/bin/sh
# instance-id: router-fd90e02e6b4144d5
# Identity of a guest of lvs-lab. Idempotent; runs once per instance-id.
# Only builtins where it can be: on an emulated CPU every process costs some 50 ms of boot.
set -eu
umask 022
[ ! -e /var/lib/lvs-lab/instance ] || # an earlier identity's
  rm -f /etc/systemd/network/10-lvs-lab-*.link /etc/systemd/network/10-lvs-lab-*.network \
    /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /root/.ssh/authorized_keys

printf %s 'router
' >'/etc/hostname'
printf %s '127.0.0.1 localhost
192.168.10.1 router
' >'/etc/hosts'
printf %s '[Match]
MACAddress=52:54:00:0a:00:01
Type=ether

[Link]
Name=ens33
' >'/etc/systemd/network/10-lvs-lab-ens33.link'
printf %s '[Match]
Name=ens33

[Network]
Address=192.168.10.1/24
Gateway=192.168.10.254
DHCP=no
IPv6AcceptRA=no
LinkLocalAddressing=no
LLDP=no
KeepConfiguration=static
' >'/etc/systemd/network/10-lvs-lab-ens33.network'
printf %s '[Match]
MACAddress=52:54:00:0a:01:01
Type=ether

[Link]
Name=ens37
' >'/etc/systemd/network/10-lvs-lab-ens37.link'
printf %s '[Match]
Name=ens37

[Network]
Address=10.1.0.1/16
DHCP=no
IPv6AcceptRA=no
LinkLocalAddressing=no
LLDP=no
KeepConfiguration=static
' >'/etc/systemd/network/10-lvs-lab-ens37.network'
printf %s 'HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
' >'/etc/ssh/sshd_config.d/10-lvs-lab.conf'
printf %s 'ssh-ed25519 AAAAHOST web1
' >'/etc/ssh/ssh_host_ed25519_key.pub'
printf %s 'ssh-ed25519 AAAALOGIN lvs-lab
' >'/root/.ssh/authorized_keys'
printf %s '52:54:00:0a:00:01
52:54:00:0a:01:01
' >'/var/lib/lvs-lab/macs'
(umask 077 && printf %s 'THE PRIVATE HOST KEY
HAS TWO LINES
' >/etc/ssh/ssh_host_ed25519_key)

printf '%s\n' 'router' >/proc/sys/kernel/hostname
