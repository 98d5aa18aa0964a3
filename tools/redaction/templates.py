"""Sentences of invented reports. `DEVELOPING` and `SEEN` may be looked at while patterns are changed; `MEASURING` may not.

A set that was looked at to mend something becomes one to develop on, and a new one is written to measure with: `SEEN` was
measured with first. Neutral sentences hold what looks like a number of a
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

SEEN = Templates(
    neutral=(
        "Selokan depan rumah nomor 7 gang mawar buntu, kalau hujan meluap sampai teras.",
        "Pohon besar di pinggir Jl Merpati Raya Blok D 15 RT 07/RW 02 hampir tumbang.",
        "sudah lapor sejak 14/08/2026 tapi belum ada petugas yang datang",
        "Bantuan BPNT tahap 3 tahun 2026 sebesar Rp600.000 tidak cair.",
        "Antrean di puskesmas mulai 06.30, obat habis, disuruh kembali 2-3 hari lagi.",
        "Harga gas 3 kg jadi Rp 28.000, padahal HET Rp 18.000 - 20.000.",
        "Jalan aspal rusak sekitar 1,5 km dari simpang 4 ke arah desa.",
        "Perda Nomor 3 Tahun 2014 dan Perwali No 17/2021 tidak dijalankan.",
        "Kereta dan bus kota koridor L 2 selalu terlambat 30 menit.",
        "Sekolah menarik iuran 50 ribu per siswa per bulan, kelas 7 A sampai 9 F.",
        "Pipa bocor di perumahan Griya Indah A 3 nomor 21, sudah 4 hari.",
        "Banjir tanggal 1-2-2026 dan 15.02.2026 merendam 120 rumah.",
        "Saya sudah ke kelurahan 3 kali, disuruh lengkapi formulir F-1.02.",
        "Rapat warga RW 11 dihadiri 45 orang pada 20 September 2026 pukul 19.30 wib.",
        "Nilai kontrak Rp 4.750.250.000,00 menurut papan proyek, selesai 90 hari kalender.",
        "Titik koordinat -8.1844,113.6681, sebelah timur jembatan.",
        "PJU dari tiang 1 s/d 12 mati semua, total 12 titik.",
        "Mohon perhatian Bapak Wali Kota dan Ibu Kepala Dinas Kesehatan.",
        "no tiket 88231 dan 88402 statusnya selesai padahal belum dikerjakan",
        "Posyandu Melati 2 tidak ada timbangan, bidan hanya datang 1x sebulan.",
        "Truk sampah lewat seminggu sekali, bau sekali di TPS km 5.",
        "Tarif parkir motor 5000 mobil 10000 tanpa karcis.",
        "Listrik padam 21.00 sampai 05.00, tegangan turun ke 160 volt.",
        "Di Jalan Dokter Soetomo lampu merah tidak berfungsi 3 hari.",
        "Vaksin tahap 2 dosis B 12 katanya kosong.",
        "Terimakasih, semoga bapak dan ibu sehat selalu.",
        "Tahun 2023 2024 2025 selalu begini, tidak ada perubahan.",
        "Surat nomor 470/123/411.5/2026 dikembalikan tanpa alasan.",
    ),
    nik=(
        "sudah punya bpjs tapi nonaktif, nik {nik}, minta tolong diaktifkan lagi",
        "Nama ibu saya tidak muncul waktu dicek pakai NIK: {nik} di aplikasi.",
        "Anak saya lahir bulan lalu, akta belum jadi. Identitas ayah {nik}.",
        "Kata petugas nomor {nik} sudah dipakai orang lain.",
        "KK lama nomor {nik} mau dipecah, ditolak terus.",
        "Berikut datanya {nik} mohon bantuannya",
        "e-KTP hilang, NIKnya {nik}, sudah buat surat kehilangan.",
        "({nik}) tidak terdaftar katanya.",
        "Petugas memajang fotokopi KTP orang dengan nomor {nik} di papan pengumuman.",
        "kartu keluarga {nik} salah ketik tanggal lahir",
    ),
    phone=(
        "kalau butuh info tambahan silakan WA {phone} atau datang langsung",
        "Calo menawarkan jasa lewat nomor {phone}, minta 300 ribu.",
        "petugas survey tolong kabari dulu di {phone}",
        "Saya ditelepon orang mengaku dari dinas, nomornya {phone}.",
        "cp: {phone}",
        "{phone} ini nomor bendahara komite yang menagih terus.",
        "No HP {phone}, saya tunggu kabarnya.",
        "Di spanduk tertulis sedot wc {phone} menutupi rambu.",
        "Penipuan atas nama dukcapil dari {phone} lewat sms",
        "bisa dihubungi di {phone} (jam kerja)",
    ),
    landline=(
        "Call center {landline} selalu sibuk.",
        "Saya coba ke {landline} tapi tidak nyambung sama sekali.",
        "telp rumah {landline}",
    ),
    plate=(
        "mobil pickup nopol {plate} buang puing ke sungai tadi malam",
        "Ada kendaraan {plate} menginap di bahu jalan tiap malam.",
        "Sopir bus {plate} menurunkan penumpang di tengah tol.",
        "pemilik motor {plate} tolong ditertibkan, knalpot brong",
        "Truk tanah bernomor polisi {plate} merusak jalan kampung.",
        "Plat nomornya {plate} kalau tidak salah.",
        "Ambulans desa {plate} dipakai belanja.",
        "{plate} mobil dinas dipakai ke mal hari minggu",
        "ojol dengan plat {plate} mengancam saya",
        "Saya difoto e-tilang padahal kendaraan saya {plate} sudah dijual.",
    ),
    account=(
        "Ketua panitia minta dikirim ke {bank} {account} atas nama pribadi.",
        "Uang seragam disetor ke rekening {account}, bukan rekening sekolah.",
        "Saya sudah tf {bank} {account} sebelum dapat nomor antrean.",
        "bansos tidak masuk, no rekening {account} bank {bank}",
        "Katanya bayar lewat {bank} dengan nomor {account} supaya cepat.",
        "Rekening penampung {bank} {account} dipakai pungli.",
        "buku tabungan {bank} nomor {account} ditahan agen",
        "Bukti transfer ke {account} ({bank}) ada pada saya.",
    ),
    mail=("kirim balasan ke {mail} saja", "Sudah email ke {mail} tidak dibalas sampai sekarang.", "alamat surel {mail}"),
    name=(
        "Yang minta uang namanya Pak {name}, bagian loket.",
        "Petugas bernama {name} membentak warga.",
        "Bu {name} selalu mendahulukan saudaranya.",
        "Kuitansi ditandatangani Bapak {name} tanpa stempel.",
        "Rekening itu a.n. {name}, bukan sekolah.",
        "Saudara {name} sudah dua kali dipanggil RT.",
    ),
)  # fmt: skip


MEASURING = Templates(
    neutral=(
        "Gorong-gorong di Jl. Veteran 45 ambles selebar 2x3 meter, bahaya untuk anak sekolah.",
        "warga gang 6 RT 002 RW 009 sudah iuran Rp. 75.000 per rumah buat perbaiki sendiri",
        "Imunisasi anak ditunda terus, jadwal 8-9-2026 mundur ke 22-9-2026 lalu 6-10-2026.",
        "Pelayanan IGD lambat, masuk 22.10 baru ditangani 23.45.",
        "Papan proyek tertulis 180 (seratus delapan puluh) hari dan Rp 987.654.321,00.",
        "Perumahan Bumi Asri blok F 7 sampai G 12 belum dapat air bersih.",
        "Angkutan line T 2 dan F 1 menaikkan tarif jadi 7 ribu.",
        "Kami warga dusun Krajan 1, 54 KK, menolak pembangunan menara 42 meter.",
        "menurut PP 96 tahun 2012 standar pelayanan wajib dipasang",
        "Guru kelas 4 B cuti 3 bulan tanpa pengganti.",
        "Semoga Bapak Bupati dan Ibu Camat berkenan meninjau.",
        "Jarak sekolah ke rumah 3.250 meter, tapi tidak lolos zonasi; skor 87,125.",
        "Nomor registrasi 3201-2026-000981 masih diproses sejak Maret.",
        "Sampah menumpuk di TPS 3R dekat SDN 1 dan SMPN 2.",
        "harga beras medium naik dari 12.500 ke 15.900 per kg",
        "Ada tiga titik: -6.914744 107.609810, -6.9150 107.6101 dan depan balai desa.",
        "Surat edaran 800/1455/BKPSDM tanggal 5 Mei 2026 tidak dijalankan.",
        "Lampu merah simpang 5 mati dari jam 5 pagi s.d. jam 10.",
        "Bus Trans koridor 3 A dan 3 B jarang lewat, tunggu 40-60 menit.",
        "Kuota beasiswa 1.200 orang, pendaftar 4.517 orang, yang lolos tidak diumumkan.",
        "Di pos ronda RT 14 ada kabel menjuntai 1,5 m dari tanah.",
        "Dana BOS triwulan 1, 2, 3 tahun 2025 dan 2026 tidak dilaporkan ke komite.",
        "Terima kasih banyak Bapak/Ibu admin, salam dari warga.",
        "Pohon tumbang menimpa pagar pada Sabtu 14 November 2026 pukul 16.20 WITA.",
        "kelas 2 C SD tidak punya bangku, 28 anak duduk di lantai",
        "Nomor meter 14 digit tidak bisa diisi token, alat bunyi 3 kali.",
    ),
    nik=(
        "Katanya {nik} belum padan dengan data pusat.",
        "mohon cek kepesertaan PBI atas NIK {nik}",
        "Suami saya ({nik}) dicoret dari daftar penerima tanpa alasan",
        "Data ganda: {nik} dan nama sama tetapi alamat beda.",
        "ini no induk kependudukan saya: {nik}",
        "waktu daftar online selalu ditolak, {nik} dianggap salah",
        "Di berita acara tercantum KTP {nik} padahal bukan milik saya.",
        "pindah domisili dari luar kota, No. KK {nik}, sudah sebulan",
        "Foto KTP dengan nomor {nik} disebar di grup oleh oknum pegawai.",
        "{nik}\nitu data ibu saya, tolong dibantu",
    ),
    phone=(
        "Nomer wa sy {phone} mhn dihubungi balik",
        "Pesan berantai itu dari {phone}, mengaku petugas sensus.",
        "Tolong telfon {phone} kalau tim sudah di lokasi.",
        "Di kertas parkir ilegal ada kontak {phone}.",
        "Pengurus minta setor lewat pulsa ke {phone}.",
        "kabari saya {phone} makasih",
        "Yang menawarkan jalur belakang: {phone}.",
        "silakan chat {phone} untuk bukti fotonya",
        "Telp/WA: {phone}",
        "Saya ibu dari siswa, HP {phone}, takut anak saya diintimidasi.",
    ),
    landline=("Nomor layanan {landline} mati sejak Senin.", "bisa dihubungi ke rumah {landline} sore hari", "Fax/telp {landline}"),
    plate=(
        "Mobil boks {plate} buang limbah jam 2 pagi.",
        "Motor saya {plate} diderek tanpa surat.",
        "kendaraan dinas dengan nopol {plate} parkir di trotoar sekolah",
        "Tadi pagi {plate} menyerempet anak saya, sopirnya kabur.",
        "Bus pariwisata {plate} masuk jalan kampung.",
        "Truk pasir {plate} muatan berlebih tiap malam",
        "pelat {plate} sudah lunas pajak tapi tetap ditagih",
        "Taksi gelap ({plate}) mangkal di depan rumah sakit.",
        "STNK {plate} ditahan petugas tanpa tanda terima",
        "Tukang parkir minta 10 ribu untuk mobil {plate} tanpa karcis.",
    ),
    account=(
        "Iuran komite wajib masuk {bank} {account}.",
        "PKH tidak cair, rekening {bank} saya {account}.",
        "Bayarnya ke nomor rekening {account}, katanya punya bendahara",
        "transfer dulu ke {bank} {account} baru dilayani",
        "Uang kembali belum masuk ke rek saya {account} {bank}",
        "no.rek {account} an. kelompok tani",
        "Di surat tertulis {bank} {account} untuk uang pelicin.",
        "disuruh setor tunai ke {bank} norek {account}",
    ),
    mail=("tolong balas ke {mail}", "berkas saya kirim dari {mail} minggu lalu", "e-mail: {mail}"),
    name=(
        "Kepala gudang bernama {name} menolak memberi tanda terima.",
        "Uang 200 ribu diminta oleh Pak {name} di loket 3.",
        "Kata Bu {name}, berkas saya hilang.",
        "Sertifikat a.n. {name} belum selesai.",
        "Mbak {name} di bagian pendaftaran sangat kasar.",
        "Saya diarahkan Bpk. {name} ke ruangan lain.",
    ),
)  # fmt: skip
