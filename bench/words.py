"""Invented complaint texts in the shape of real ones: 200 to 700 characters, words as unequal as a language's.

Function words and service words of Indonesian stand at the top of the list, made-up words of Indonesian syllables
follow; the n-th word comes about 1/n as often as the first (Zipf). One seed, one text.
"""

import itertools
from collections.abc import Sequence
from random import Random

FREQUENT = """
yang di dan tidak sudah jalan ada dari untuk dengan ini kami saya pada ke itu belum rusak warga air rumah sampai
karena lampu petugas akan bisa juga sejak dalam mohon listrik desa sampah setiap tetapi sekolah depan pasar kantor
hari minggu bulan tahun puskesmas antre surat kartu bantuan banjir got saluran lubang aspal trotoar pohon tumbang
padam mati gelap malam pagi siang anak ibu bapak lansia obat dokter perawat kamar guru siswa seragam buku pungutan
biaya bayar gratis loket layanan lambat lama menunggu jawaban laporan nomor pegawai kepala dinas camat lurah rt rw
kecamatan kelurahan kabupaten kota provinsi jembatan retak longsor sungai meluap pipa bocor keruh bau tagihan meter
tarif angkot terminal halte bus parkir liar macet rambu marka izin sertifikat tanah akta kelahiran nikah domisili
kependudukan rekaman bpjs rujukan rawat inap darurat ambulans vaksin posyandu gizi beras raskin pkh subsidi pupuk
petani nelayan pelabuhan kapal solar bensin gas tabung langka harga naik dagang kios keamanan bising knalpot hewan
anjing tikus nyamuk fogging demam kebersihan truk angkut terlambat bakar asap polusi pabrik limbah warna ikan sawah
irigasi pintu bendung kering sumur bor internet sinyal menara kabel menjuntai tiang miring trafo ledakan tegangan
""".split()
RARE = "wadungasri"  # one text in five thousand holds it, at every size of register
ONE_IN = 5_000
ONSETS = "b c d g h j k l m n p r s t w y ng ny".split()
VOWELS = "a i u e o ai".split()
ENDS = ["", "", "", "n", "r", "k", "s", "ng"]
BEFORE = ["", "", "", "me", "di", "ber", "pe", "ter"]
AFTER = ["", "", "", "kan", "an", "i", "nya"]
VOCABULARY = 40_000
SHORTEST, LONGEST = 28, 98  # words of a text
COMMON = "jalan"  # in half of all texts
SLIP = "jlaan"  # the same with two letters that changed places
MIDDLING_RANK = 400  # a word that one text in sixty holds


class Writer:
    """Writes titles and texts. Not safe to share between threads."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.words = _vocabulary(Random(1))
        self.weights = list(itertools.accumulate(1 / rank for rank in range(3, len(self.words) + 3)))

    def text(self) -> tuple[str, str]:
        """A title and a body; every few thousandth body holds the rare word."""
        size = self.random.randint(SHORTEST, LONGEST)
        words = self.random.choices(self.words, cum_weights=self.weights, k=size)
        if self.random.randrange(ONE_IN) == 0:
            words[size // 2] = RARE
        body = " ".join(words[:12]).capitalize() + ". " + " ".join(words[12:]).capitalize() + "."
        return " ".join(words[3:8]).capitalize(), body


def middling() -> str:
    """A word too common to gather and too rare to walk for."""
    return _vocabulary(Random(1))[MIDDLING_RANK]


def _vocabulary(random: Random) -> Sequence[str]:
    found = dict.fromkeys(FREQUENT)
    while len(found) < VOCABULARY:
        root = "".join(random.choice(ONSETS) + random.choice(VOWELS) for _n in range(random.choice((1, 2, 2, 3))))
        found[random.choice(BEFORE) + root + random.choice(ENDS) + random.choice(AFTER)] = None
    return list(found)
