# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

# What runs in the servers: it reads one sector of its disk, about every
# second, and writes what is in there to the serial port. With KERNEL=0 it is
# the boot sector of that disk; with KERNEL=1 it is a kernel in the format of
# Linux (Documentation/arch/x86/boot.rst), of which nothing but the real-mode
# part is used, and says so in each line.
#
# PLACE is the number of the sector, which holds a line that ends with a 0.

        .code16
        .set    SERIAL, 0x3f8
        .set    SECTOR, 0x8000

        .globl  start
start:
.if KERNEL
        # The loader comes in at 512, with all segments but CS at the start of
        # this file, and with a stack.
        .set    SEGMENT, 0x1000
        .org    497
        .byte   1               # sectors of 512 bytes after this one
        .org    510
        .word   0xaa55
        jmp     begin
        .ascii  "HdrS"
        .word   0x0204          # version of the protocol
        .org    0x211
        .byte   1               # the rest is loaded at 1 MiB
        .org    0x21c
ramdisk_size:
        .long   0
        .org    0x22c
        .long   0x37ffffff      # where a ramdisk may end
begin:
        movb    $0x80, drive
        movw    $label, %si
        cmpl    $0, ramdisk_size
        jne     1f
        movw    $missing, %si
1:      movw    %si, prefix
.else
        .set    SEGMENT, 0
        cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $start, %sp
        movb    %dl, drive
.endif

again:
        movw    prefix, %si
        call    say
        movb    $0x42, %ah      # extended read
        movb    drive, %dl
        movw    $request, %si
        int     $0x13
        movw    $SECTOR, %si
        jnc     1f
        movw    $failure, %si
1:      call    say
        # Waiting actively would burn a processor for each guest.
        sti
        movw    $18, %cx
1:      hlt
        loop    1b
        jmp     again

say:
        lodsb
        testb   %al, %al
        jz      2f
        movb    %al, %bl
        movw    $SERIAL + 5, %dx
1:      inb     %dx, %al
        testb   $0x20, %al
        jz      1b
        movb    %bl, %al
        movw    $SERIAL, %dx
        outb    %al, %dx
        jmp     say
2:      ret

drive:  .byte   0
prefix: .word   label
failure:
        .asciz  "unreadable\r\n"
.if KERNEL
label:  .asciz  "kernel, "
missing:
        .asciz  "kernel without ramdisk, "
.else
label:  .asciz  "boot sector, "
.endif
        .balign 4
request:
        .byte   16, 0
        .word   1
        .word   SECTOR, SEGMENT
        .long   PLACE, 0

.if KERNEL
        .org    1536
.else
        # One partition, without which Nova takes the disk for a bad one.
        .org    446
        .byte   0x80, 0, 2, 0, 0x83, 0, 2, 0
        .long   2048, 10240
        .org    510
        .word   0xaa55
.endif
