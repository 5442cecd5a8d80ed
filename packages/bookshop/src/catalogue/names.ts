import { words } from './words.ts';

/** People and places. A person's two names come from the same group, so that they sound like one person's. */

export interface NameGroup {
  readonly given: readonly string[];
  readonly family: readonly string[];
}

export const NAME_GROUPS: readonly NameGroup[] = [
  {
    given: words(`
      Agnes, Tom, Harriet, Edmund, Siobhán, Niamh, Rhys, Eilidh, Cormac, Beatrice, Alasdair, Gwen, Maeve,
      Oliver, Zoë, Clement
    `),
    family: words(`
      Ridley, O'Malley, Penhaligon, MacAllister, Llewellyn, Ashworth, Ní Bhriain, Fairweather, Thistlewood,
      Harkness, Pennington-Low, O'Sé, Applegarth, Wren, Sallow, Tregenza
    `),
  },
  {
    given: words('Inês, Joaquín, Lucía, João, Núria, Tomás, Beatriz, Íñigo, Consuelo, Rafael'),
    family: words(`
      Carvalho, Núñez, Gonçalves, Ibáñez, Sepúlveda, Araújo, Peña, de la Fuente, Quiñones, Vilaró i Puig
    `),
  },
  {
    given: words('Éloïse, Benoît, Zoé, François, Hélène, Théo, Margaux, Anaïs, Gaël'),
    family: words(`Lefèvre, Beaumarais, Desrosiers, Côté, d'Aubrac, Lemaître, Châtelain, Bœuf-Moreau`),
  },
  {
    given: words('Jürgen, Käthe, Søren, Åsa, Björn, Ingrid, Maja, Hjördís, Anneliese, Øyvind'),
    family: words(`
      Müller-Brandt, Sørensen, Lindqvist, Strauß, Vinterberg, Jónsdóttir, Ødegård, Weiß, Hallström, Kjær
    `),
  },
  {
    given: words('Łukasz, Zofia, Božena, Miloš, Živa, Dmitri, Oksana, Jānis, Radoslav, Wisława'),
    family: words(`
      Wiśniewski, Dvořáková, Kovačić, Petrenko, Bērziņš, Novák, Szczepański, Žukauskas, Ďuriš, Levchenko
    `),
  },
  {
    given: words('İpek, Özgür, Zsófia, Gergő, Eleni, Nikos, Ayşe, Ștefania'),
    family: words('Yıldırım, Şahin, Kőszegi, Papadakis, Szabó, Çelik, Anagnostou, Țurcanu'),
  },
  {
    given: words('Leila, Yusuf, Samira, Omid, Nasrin, Karim, Noor, Daoud'),
    family: words('Haddad, al-Masri, Tehrani, Ben Salah, Rahimi, Khoury, Mansour, Golestani'),
  },
  {
    given: words('Chinedu, Amara, Wanjirũ, Kofi, Thandiwe, Tendai, Adébáyọ̀, Fatoumata'),
    family: words('Adeyemi, Okonjo, Mwangi, Ndlovu, Ọláyínká, Diallo, Mensah, Chikwanda'),
  },
  {
    given: words('Anjali, Rohan, Meera, Farid, Lakshmi, Devika, Arjun, Ishrat'),
    family: words('Ramanathan, Chatterjee, Iyer, Qureshi, Banerjee, Perera, Deshpande, Thapa'),
  },
  {
    given: words('Haruka, Jun, Mei-Ling, Minh, Seo-yeon, Kenji, Linh, Xiaowen'),
    family: words('Tanaka, Ōmori, Nguyễn, Park, Lin, Trần, Matsuo, Hsieh'),
  },
  {
    given: words('Keone, Moana, Tāne, Willa, Augustus, Delphine, Josiah, Marigold'),
    family: words('Kahananui, Te Rangi, Boudreaux, Abernathy, Castellanos, Hightower, Beaulieu, Greenleaf'),
  },
];

export const GIVEN_NAMES: readonly string[] = NAME_GROUPS.flatMap((group) => group.given);

export const PLACES: readonly string[] = words(`
  Porthleven, Trondheim, Kraków, São Miguel, Isfahan, Åland, Valparaíso, Nagasaki, Lagos, Zürich, Marseille,
  Tbilisi, Łódź, Coimbra, Galway, Kerala, Tromsø, Whitby, Saint-Malo, Oaxaca, Aberystwyth, Reykjavík,
  Trieste, Penzance, Zanzibar, Kyōto, Cádiz, Riga, Ullapool, Odesa, Malmö, Hội An, Ushuaia, Stromness, Lviv,
  Ljubljana, Bruges, Colombo, Québec, Thessaloniki
`);
