"""What the demo's citizens write about, and what its offices answer. Made up; no row comes from real life."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of trouble: category, the office template that owns it, words of citizens and of officers.

    Slots: {place}, {days} (since when), {date} (of the work), {n} (a small number), {team}.
    """

    category: str
    office: str
    title: str
    texts: tuple[str, ...]
    progress: tuple[str, ...]
    done: tuple[str, ...]
    kind: str = "FIELD_ACTION"
    outcome: str = "FIXED"
    report_type: str = "COMPLAINT"


TOPICS: tuple[Topic, ...] = (
    Topic(
        "PHB-06", "perhubungan", "Lampu jalan padam di {place}",
        (
            "Lampu jalan di {place} padam sudah {days} hari. Malam hari gelap dan anak-anak takut lewat.",
            "Mohon diperbaiki PJU di {place}, {n} tiang mati semua sejak {days} hari lalu.",
            "pju {place} mati lagi, kemarin ada motor jatuh karena gelap",
        ),
        (
            "Petugas kami memeriksa {n} tiang di {place} pada {date}: sekring panel terbakar, suku cadang diambil dari gudang.",
            "Regu {team} datang ke {place} tanggal {date} dan menemukan kabel putus di tiang nomor {n}.",
        ),
        (
            "Regu {team} mengganti {n} lampu dan sekring panel di {place} pada {date}; malam itu semua lampu menyala.",
            "Kabel tiang nomor {n} di {place} sudah disambung ulang {date} oleh regu {team}, lampu diuji pukul 18.30 dan menyala.",
            "Pada {date} kami memasang {n} lampu LED baru di {place}; foto sebelum dan sesudah terlampir.",
        ),
    ),
    Topic(
        "PUP-01", "pu-tata-ruang", "Jalan berlubang di {place}",
        (
            "Jalan berlubang di {place}, kedalaman sekitar {n}0 cm. Sudah {days} hari belum ditambal.",
            "Ada {n} lubang besar di {place}, kalau hujan tidak kelihatan. Tetangga saya sudah jatuh.",
        ),
        ("Tim {team} mengukur {n} titik lubang di {place} pada {date}; aspal dijadwalkan minggu ini.",),
        (
            "{n} lubang di {place} selesai ditambal aspal panas pada {date} oleh tim {team}.",
            "Tim {team} menutup lubang di {place} tanggal {date} dengan {n} ton campuran aspal; jalan sudah bisa dilalui.",
        ),
    ),
    Topic(
        "PUP-02", "pu-tata-ruang", "Saluran tersumbat di {place}",
        (
            "Got di {place} mampet sampah, setiap hujan air masuk rumah. Sudah {days} hari.",
            "Gorong-gorong {place} tersumbat, {n} rumah kebanjiran kemarin.",
        ),
        ("Petugas {team} membuka {n} bak kontrol di {place} tanggal {date}; sedimen setebal 40 cm.",),
        ("Saluran di {place} dikeruk {date} oleh {team}, {n} meter kubik lumpur diangkat dan air mengalir lagi.",),
    ),
    Topic(
        "LHK-06", "lingkungan-hidup", "Sampah menumpuk di {place}",
        (
            "Sampah di {place} tidak diangkut {days} hari, bau sekali dan banyak lalat.",
            "TPS liar muncul di {place}, mohon dibersihkan dan diberi larangan.",
        ),
        ("Truk pengangkut rute {place} rusak; truk pengganti kami jadwalkan mulai {date}.",),
        (
            "Sampah di {place} diangkut {n} rit pada {date} oleh regu {team}; jadwal angkut kembali tiap Selasa dan Jumat.",
            "Tumpukan di {place} dibersihkan {date}, {n} meter kubik, dan papan larangan dipasang regu {team}.",
        ),
    ),
    Topic(
        "KES-02", "kesehatan", "Antrean panjang di puskesmas {place}",
        (
            "Antre dari jam 6 di puskesmas dekat {place}, baru dilayani jam 11. Loket hanya satu yang buka.",
            "Petugas pendaftaran di puskesmas {place} kurang ramah dan antrean {n} jam.",
        ),
        ("Kepala puskesmas memeriksa jadwal loket {date}: {n} petugas cuti bersamaan.",),
        (
            "Mulai {date} puskesmas {place} membuka {n} loket pendaftaran pukul 07.00-10.00 dan nomor antrean daring lewat papan informasi.",
        ),
        outcome="SERVICE_GIVEN", kind="DOCUMENT",
    ),
    Topic(
        "KES-03", "kesehatan", "Obat habis di puskesmas {place}",
        ("Obat darah tinggi di puskesmas {place} kosong sudah {days} hari, disuruh beli sendiri.",),
        ("Stok amlodipin di puskesmas {place} kami periksa {date}: sisa {n} strip, pesanan sudah di gudang farmasi.",),
        ("Amlodipin {n}00 strip tiba di puskesmas {place} pada {date} dengan surat jalan gudang farmasi; pasien dapat mengambil sejak pukul 08.00.",),
        outcome="SERVICE_GIVEN", kind="DOCUMENT",
    ),
    Topic(
        "DUK-01", "dukcapil", "KTP belum jadi",
        (
            "Rekam KTP sudah {days} hari lalu, katanya blanko habis. Kapan jadi?",
            "Urus KK di {place} bolak-balik {n} kali, selalu disuruh melengkapi syarat yang beda.",
        ),
        ("Berkas kami temukan {date}: data tertahan karena nama ibu berbeda dengan akta; petugas loket {n} menghubungi lewat sistem.",),
        ("KTP dicetak {date} dan dapat diambil di loket {n} Dukcapil, Senin-Jumat 08.00-15.00, tanpa biaya, cukup membawa KTP lama.",),
        outcome="SERVICE_GIVEN", kind="DOCUMENT",
    ),
    Topic(
        "SOS-01", "sosial-pppa", "Bantuan sosial tidak diterima",
        ("Nama ibu saya terdaftar penerima bantuan tetapi {days} hari ini tidak pernah menerima di {place}.",),
        ("Pendamping memeriksa data penerima di {place} tanggal {date}: rekening belum diaktifkan bank.",),
        ("Rekening bantuan diaktifkan {date}; penyaluran {n} bulan dapat diambil di kantor pos dengan surat nomor {n}/SOS.",),
        outcome="SERVICE_GIVEN", kind="DOCUMENT",
    ),
    Topic(
        "PDK-01", "pendidikan", "Iuran sekolah di {place}",
        ("Sekolah di {place} minta iuran gedung padahal katanya gratis. Apa boleh?",),
        ("Pengawas sekolah meminta penjelasan tertulis kepala sekolah di {place} pada {date}.",),
        ("Menurut Permendikbud 75/2016 iuran bersifat sukarela; sekolah di {place} mencabut surat edaran pada {date} dan mengembalikan {n} setoran.",),
        outcome="POLICY_CHANGED", kind="DOCUMENT",
    ),
    Topic(
        "PHB-07", "perhubungan", "Parkir liar di {place}",
        ("Parkir di badan jalan {place} bikin macet, juru parkir menarik {n}000 tanpa karcis.",),
        ("Petugas {team} berjaga di {place} tanggal {date} dan mencatat {n} pelanggaran.",),
        ("Penertiban di {place} pada {date} oleh {team}: {n} kendaraan dipindah dan marka larangan dicat ulang.",),
    ),
    Topic(
        "PUP-10", "pdam", "Air mati di {place}",
        ("Air PDAM di {place} mati {days} hari, tagihan tetap jalan.",),
        ("Petugas {team} menemukan pipa bocor di {place} tanggal {date}, diameter {n} inci.",),
        ("Pipa {n} inci di {place} disambung {date} oleh {team}; tekanan air kembali 0,7 bar sejak sore.",),
    ),
    Topic(
        "TIB-01", "satpol-pp", "Suara sarang walet di {place}",
        ("Sarang walet di {place} memutar suara sampai malam, warga tidak bisa tidur.",),
        ("Petugas {team} mengukur kebisingan di {place} tanggal {date}: {n}8 desibel pada pukul 21.00.",),
        ("Pemilik sarang walet di {place} menandatangani pernyataan {date}: pengeras suara mati pukul 18.00; diperiksa ulang regu {team}.",),
    ),
    Topic(
        "EKO-04", "dpmptsp", "Syarat izin usaha",
        ("Apa saja syarat izin usaha warung kopi di {place} dan berapa lama?",),
        ("Berkas permohonan Anda kami baca {date}; NIB sudah terbit, kurang denah lokasi.",),
        ("Izin usaha mikro cukup NIB lewat OSS tanpa biaya, selesai 1 hari kerja; di loket {n} MPP tersedia pendampingan Senin-Jumat 08.00-15.00.",),
        outcome="INFORMATION_GIVEN", kind="ANSWER", report_type="INFORMATION_REQUEST",
    ),
    Topic(
        "PUP-01", "pu-tata-ruang", "Usul zebra cross di {place}",
        ("Usul dibuat penyeberangan di {place}, banyak anak sekolah menyeberang.",),
        ("Usulan di {place} masuk survei lalu lintas {date} bersama Dinas Perhubungan.",),
        ("Usulan penyeberangan di {place} kami catat dalam Musrenbang kecamatan {date} dengan nomor usulan {n}12; pemasangan menunggu anggaran tahun depan.",),
        outcome="INFORMATION_GIVEN", kind="ANSWER", report_type="ASPIRATION",
    ),
)  # fmt: skip

STREETS = (
    "Jalan Contoh Melati", "Jalan Contoh Kenanga", "Gang Contoh Mawar", "Jalan Contoh Anggrek", "Pasar Contoh Baru",
    "Jalan Contoh Cempaka", "depan SD Contoh 2", "Perumahan Contoh Asri", "Jalan Contoh Dahlia", "Terminal Contoh",
)  # fmt: skip
TEAMS = ("Melati", "Garuda", "Utara", "Cepat", "Tiga")
THANKS = (
    "Terima kasih atas laporannya, akan kami tindaklanjuti.",
    "Terima kasih atas pengaduan Bapak/Ibu, segera kami koordinasikan dengan bidang terkait.",
)
MARK = "[contoh] "  # stands before every text, so that nobody takes it for a real report
