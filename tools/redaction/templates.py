"""Sentences of invented reports. `DEVELOPING` and those of `seen` may be looked at while patterns are changed; `MEASURING`
may not.

A set that was looked at to mend something becomes one to develop on, and a new one is written to measure with. Neutral sentences hold what looks like a number of a
person and is none: amounts, days, hours, house numbers, RT and RW, laws, tickets, bus lines, coordinates.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Templates:
    """Sentences by what they hold. In a name's sentence stands {name}, and so on."""

    neutral: tuple[str, ...]
    nik: tuple[str, ...]
    phone: tuple[str, ...]
    landline: tuple[str, ...]
    plate: tuple[str, ...]
    account: tuple[str, ...]
    mail: tuple[str, ...]
    name: tuple[str, ...]


DEVELOPING = Templates(
    neutral=(
        "Lampu jalan di Jl. Kenanga No. 12 RT 03 RW 05 sudah mati 2 minggu.",
        "Jalan berlubang sepanjang 200 meter dari KM 12 sampai KM 14, sejak 12-10-2026.",
        "Kami dipungut Rp 1.500.000 untuk seragam, padahal sekolah negeri.",
        "Loket buka jam 08.00-12.00 dan 13.00 - 15.30, tapi petugas baru datang pukul 09.15.",
        "Menurut UU 25 Tahun 2009 pelayanan tidak boleh dipungut biaya.",
        "Nomor antrian saya B 12, dipanggil setelah 3 jam.",
        "Rumah di Blok K 12 A sering banjir, air setinggi 40 cm.",
        "Lyn G 4 sudah tidak lewat sini sejak tahun 2019.",
        "Lokasi di -7.257472, 112.752088 dekat pasar.",
        "Mohon ditindaklanjuti, terima kasih bapak ibu.",
        "Anggaran Rp. 250.000.000 dari dana desa tahun 2024 dan 2025 tidak jelas.",
        "Pak RT dan Bu Lurah sudah kami beri tahu.",
        "Tiket laporan sebelumnya nomor 2026110098 belum dijawab.",
        "Air PDAM mati tgl 3, 4, 5 dan 6 November 2026.",
    ),
    nik=(
        "NIK saya {nik}, mohon dicek.", "KTP a.n. istri saya nik {nik} tidak bisa dicetak.", "Data {nik} tidak ada di DTKS.",
        "no ktp {nik}", "Sudah saya kirim {nik} tapi ditolak.",
    ),
    phone=(
        "Hubungi {phone}.", "WA saya {phone} ya", "bisa telp ke {phone} kapan saja", "Pungli, kontaknya {phone} aktif siang hari.",
        "Nomor {phone} terus menagih.",
    ),
    landline=("Telepon kantor {landline} tidak pernah diangkat.", "Sudah menghubungi {landline} berkali-kali."),
    plate=(
        "Truk {plate} parkir di trotoar.", "Nopolnya {plate} warna putih.", "Mobil dinas plat {plate} dipakai mudik.",
        "Angkot {plate} ugal-ugalan.", "Yang menabrak {plate} lalu kabur.",
    ),
    account=(
        "Diminta transfer ke rekening {bank} {account}.", "norek {account} ({bank})", "Uang masuk ke {bank} no {account} milik oknum.",
        "Rek: {account} {bank}",
    ),
    mail=("Email saya {mail}.", "Bukti dikirim ke {mail} kemarin."),
    name=("Pelakunya bernama {name}.", "Pak {name} meminta uang.", "Sdr. {name} tidak ada di tempat.", "Uang diterima Ibu {name}."),
)  # fmt: skip


MEASURING = Templates(
    neutral=(
        "Got di belakang pasar tersumbat plastik, kalau hujan 1 jam saja naik 30 cm.",
        "Kantor tutup jam 2 siang padahal di pintu tertulis 15.30.",
        "Dana PIP anak kelas 5 dan 6 tahun 2025 belum turun, Rp 450.000 per anak.",
        "Tiang miring di gang 3 depan rumah nomor 41, takut roboh.",
        "Permohonan sejak 11/3/2026, sudah lewat 14 hari kerja.",
        "Sekolah minta 2 rim kertas dan 1 sapu tiap bulan, katanya sukarela.",
        "Sumur bor bantuan 2024 cuma hidup 6 minggu, pompa 1,5 pk dicuri.",
        "Perbup 12 Tahun 2022 pasal 9 ayat 2 jelas melarang.",
        "Jalan desa 700 m baru dicor, sudah retak 20 titik.",
        "Obat hipertensi kosong 3 bulan, kami beli 85 ribu.",
        "RT 6 sampai RT 9 belum dapat air, giliran hari ke 5 terus.",
        "Lapangan dipagari seluas 30x50 meter oleh pengembang.",
        "Nomor tiket saya 771-2026 sudah ditutup tanpa jawaban.",
        "Bantuan bibit 40 kg diganti 25 kg, yang tanda tangan 18 petani.",
        "Jam kunjungan 11-12 dan 17-19 tidak dipatuhi satpam.",
        "Rumah sakit minta uang muka Rp3.000.000,- sebelum operasi.",
        "Petak C 3 dan D 4 di pasar baru dijual belikan.",
        "Sudah 27 hari lampu lalu lintas simpang 3 kuning terus.",
        "Ombak pasang 8 Desember merusak 16 perahu, belum didata.",
        "Wifi desa 20 mbps katanya, dipakai 5 orang sudah mati.",
    ),
    nik=(
        "kenapa {nik} saya terblokir?",
        "Ayah saya NIK {nik} belum terima kartu lansia.",
        "Sudah rekam mata, {nik} masih belum ada datanya.",
        "nomor ktp ibu {nik} beda dengan yang di kk",
        "Akun saya dibuat orang pakai identitas {nik}.",
        "Kartu keluarga {nik} digabung dengan orang lain.",
        "Mohon dibukakan: {nik}",
        "di daftar pemilih ada {nik} yang sudah meninggal",
        "Pendamping PKH bilang {nik} tidak layak, alasannya apa",
    ),
    phone=(
        "Yang mengaku petugas memakai {phone}, hati hati.",
        "kabar selanjutnya ke {phone} ya pak",
        "saya bisa diwawancara, {phone}",
        "Calo tiket itu {phone}.",
        "pakai nomor {phone} dia menagih warga",
        "Hotline {phone} tidak dibalas sejak kemarin.",
        "wa {phone} cepat balas",
        "Anak saya dihubungi {phone}, disuruh kirim foto.",
        "Ini nomor lapangan mandor {phone}",
    ),
    landline=("Loket pengaduan {landline} selalu dialihkan.", "hub {landline} ext 12", "Saya telepon {landline}, dijawab mesin."),
    plate=(
        "Dump truk {plate} menumpahkan tanah di tanjakan.",
        "Penumpang diturunkan paksa dari bus {plate}.",
        "Ada {plate} tiap subuh buang sampah ke kali.",
        "mohon ditindak {plate}, knalpotnya berisik",
        "Kendaraan operasional puskesmas {plate} dipakai hajatan.",
        "{plate} menerobos lampu merah depan sekolah",
        "Minibus {plate} memuat 20 anak, pintu tidak ditutup.",
        "Motor {plate} dipakai debt collector mengancam warga.",
        "Saya naik angkot {plate}, sopirnya mabuk.",
        "Tabrak lari oleh {plate}, korban patah kaki.",
        "Juru parkir mengempiskan ban mobil {plate} milik saya.",
        "Truk galian C {plate} lewat jam anak pulang sekolah.",
        "Pelat {plate} itu palsu, aslinya punya tetangga.",
        "Sewa becak motor {plate} dipalak preman terminal.",
        "mobil jenazah {plate} minta bensin 400 ribu",
        "Nopol {plate}, warna silver, sopir pakai seragam.",
    ),
    account=(
        "Dana desa dipindah ke {bank} {account}.",
        "Kami disuruh bayar ke {bank} {account} malam itu juga.",
        "insentif kader lewat rekening {account} belum masuk",
        "Denda dibayar ke {bank} pribadi {account}.",
        "no rek sekolah yang benar {bank} {account}",
        "Sumbangan ditampung {bank} {account}, tidak ada laporan.",
        "saya punya bukti kirim {bank} {account}",
        "Kartu ATM {bank} dengan rekening {account} dipegang ketua kelompok.",
    ),
    mail=("jawab saja ke {mail}", "Kode masuk dikirim ke {mail} yang salah.", "kontak lain {mail}"),
    name=(
        "Pak {name} menolak memberi kuitansi.",
        "Yang marah namanya {name}.",
        "Oknum bernama {name} minta bagian.",
        "Ibu {name} menyuruh kami pulang.",
        "Saya dilempar ke Bu {name} lalu ke loket lain.",
        "Ijazah atas nama {name} ditahan.",
    ),
)  # fmt: skip
